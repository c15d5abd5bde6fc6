import { SKIP } from '../app.ts'
import type { ClientNode } from '../nodes/client-node.ts'
import type { MakeArgs } from '../scenario/prepare-args.ts'
import { type Action, SERVER } from '../scenario/scenario.ts'
import { backUp, restore } from './back-up.ts'
import type { World } from './world.ts'

/** What actions need besides the world. */
export interface ActionContext {
  readonly world: World
  readonly makeArgs: MakeArgs
  /** Arguments as they were made, by action. */
  readonly made: Map<number, string | typeof SKIP>
  /** The newest copy of the rooms. */
  backup: ReturnType<typeof backUp> | null
}

type ClientAction = Extract<Action, { client: string }>
type OtherAction = Exclude<Action, { client: string }>

/** Does what an action says, if it can be done now. */
export function performAction(action: Action, context: ActionContext): void {
  if (!('client' in action)) return performElsewhere(action, context)
  const client = context.world.clients.get(action.client)
  if (client === undefined || (!client.isUp && action.do !== 'update')) return
  if (action.do === 'mutate') return mutate(action, client, context)
  performOn(client, action, context.world)
}

function mutate(action: Extract<Action, { do: 'mutate' }>, client: ClientNode, { makeArgs, made }: ActionContext): void {
  if (!Object.hasOwn(client.app.mutators.definitions, action.name)) return
  const args = makeArgs(action, (sql, params = []) => client.read(sql, params) as never)
  made.set(action.id, args)
  if (args === SKIP) return
  client.mutate(action.name, args)
}

function performOn(client: ClientNode, action: Exclude<ClientAction, { do: 'mutate' }>, world: World): void {
  const lasting = 'forMs' in action ? { forMs: action.forMs } : {}
  const fault = (about: string) => world.emit(client.name, { type: 'fault', fault: action.do, about, ...lasting })
  switch (action.do) {
    case 'cancel':
      return client.cancel()
    case 'go-offline':
      if (client.isOffline) return
      fault('')
      client.goOffline()
      return world.later(action.forMs, () => client.goOnline())
    case 'close':
      fault('')
      client.close()
      return world.lastOf(client.name, action.forMs, () => client.open())
    case 'kill-client': {
      const { afterCalls = 0, power = false, forMs } = action
      const killed = () => {
        fault(power ? 'power lost' : 'killed')
        world.lastOf(client.name, forMs, () => client.open())
      }
      if (afterCalls > 0) return client.killAfter(afterCalls, power, killed)
      client.kill(power)
      return killed()
    }
    case 'copy-profile':
      if (world.clients.has(action.as)) return
      fault(`as ${action.as}`)
      world.addClient({ ...client.plan, name: action.as, joinsAt: world.now }, client.disk.copy())
      return
    case 'clear-storage':
      fault('all of it is gone')
      client.kill(false)
      for (const path of client.disk.list()) client.disk.remove(path)
      return client.open()
    case 'update':
      if (client.version === action.version) return
      fault(`to version ${action.version} of the app`)
      // One that is away has it when it comes back.
      if (!client.isUp) return client.update(action.version, world.appOf(action.version))
      client.close()
      client.update(action.version, world.appOf(action.version))
      return client.open()
    case 'cut':
      if (client.network.cut()) fault('the line was cut')
      return
    case 'half-open':
      if (client.network.silence(action.line))
        fault(action.line === undefined ? 'the line is dead, and nobody is told' : 'its socket is dead, and nobody is told')
      return
    case 'partition': {
      fault(action.direction === 'both' ? 'both ways' : `${action.direction}wards`)
      const directions = action.direction === 'both' ? (['up', 'down'] as const) : ([action.direction] as const)
      const ends = directions.map((direction) => client.network.obstruct(direction, 'partition'))
      return world.later(action.forMs, () => {
        for (const end of ends) end()
      })
    }
    case 'slow-reader':
      fault('it reads nothing')
      return world.later(action.forMs, client.network.obstruct('down', 'slow-reader'))
    case 'impersonate':
      if (world.impersonate(client, action.whom)) fault(`as ${action.whom}`)
      return
    case 'repeat-late':
      fault('what is sent comes once more, behind other things')
      return world.later(action.forMs, client.network.repeatLate())
    case 'stall-requests':
      fault(action.midway ? 'half of each answer comes, and the socket lives' : 'they are never answered, and the socket lives')
      return world.later(action.forMs, client.network.stallRequests({ midway: action.midway ?? false }))
  }
}

function performElsewhere(action: OtherAction, context: ActionContext): void {
  const { world } = context
  const lasting = 'forMs' in action ? { forMs: action.forMs } : {}
  const fault = (about: string, node: string = SERVER) => world.emit(node, { type: 'fault', fault: action.do, about, ...lasting })
  switch (action.do) {
    case 'kill-server': {
      const { failpoint, nth = 1, power = false, forMs } = action
      if (failpoint !== undefined) return world.server.failpoints.arm(failpoint, nth, { power, forMs })
      if (world.server.process === null) return
      fault(power ? 'power lost' : 'process killed')
      return world.takeServerDown(power, forMs)
    }
    case 'stop-server':
      if (world.server.process === null) return
      fault('')
      return world.stopServer(action.forMs)
    case 'back-up':
      context.backup = backUp(world)
      return
    case 'restore':
      if (context.backup === null) return
      fault('from the last copy')
      world.takeServerDown(false, action.forMs)
      return restore(world, context.backup)
    case 'deploy':
      if (world.serverVersion === action.version) return
      fault(`version ${action.version} of the app, with new rooms`)
      context.backup = null
      world.takeServerDown(false, action.forMs)
      world.server.forget()
      return world.deploy(action.version)
    case 'fail-disk':
      fault(`${action.times} of its ${action.operation}s from the ${action.nth}th on fail`, action.node)
      return diskOf(world, action.node)?.fail(action.operation, action.nth, action.times)
    case 'fill-disk': {
      const disk = diskOf(world, action.node)
      if (disk === undefined) return
      fault('nothing more fits', action.node)
      disk.fill()
      return world.lastOf(`disk of ${action.node}`, action.forMs, () => disk.mend())
    }
    case 'jump-clock':
      fault(`by ${action.byMs} ms`, action.node)
      return (action.node === SERVER ? world.serverClock : world.clients.get(action.node)?.clock)?.jump(action.byMs)
    case 'fail-log':
      fault(`${action.times} appends fail ${action.when} they have happened`)
      return world.server.failLog(action.when, action.times)
    case 'slow-log':
      fault(`it answers nothing; appends wait ${action.when} they have happened`)
      return world.later(action.forMs, world.server.slowLog(action.when))
  }
}

function diskOf(world: World, node: string) {
  return node === SERVER ? world.serverDisk : world.clients.get(node)?.disk
}
