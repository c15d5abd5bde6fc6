import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { FaultyFiles, type FileFault } from './disk/faulty-files.ts'
import type { World } from './world.ts'

/** A failpoint that nothing passes within this time is left, and the server killed all the same. */
const REACHED_MS_MAX = 5000
const STARTING_MS_MAX = 800
const LISTENING_MS_MAX = 300
const WORKING_MS_MAX = 500
const TROUBLE_MS_MAX = 1500
/** Writes that a commit of a few mutations may take. */
const WRITES_MAX = 12
const DELAY_MS_MAX = 300
/** Where a line is cut, in bytes: in the first frames, or in a snapshot. */
const CUT_BYTES_MAX = 30_000

/** Something that goes wrong. */
export interface Fault {
  readonly name: string
  /** `kill`: the server is gone after it. All else the server survives. */
  readonly kind: 'kill' | 'disk' | 'line' | 'clients' | 'close'
  /** False if it did not come to pass: what it waited for did not happen. */
  run(world: World): Promise<boolean>
}

/** A server that is killed where its work passes a point for the nth time. */
function killAt(name: string, fault: (random: () => number) => FileFault, meanwhile?: (world: World) => Promise<unknown>): Fault {
  return {
    name,
    kind: 'kill',
    async run(world) {
      const files = world.files as FaultyFiles
      files.arm(fault(world.random))
      // Who sees to it that the point is passed may be cut off by it.
      void meanwhile?.(world).catch(() => {})
      const reached = await Promise.race([world.server.ended().then(() => true), wait(REACHED_MS_MAX, false, { ref: false })])
      files.disarm()
      await world.kill()
      return reached
    },
  }
}

/** A disk that fails, and is well again. */
function diskFault(name: string, fault: (random: () => number) => FileFault, meanwhile?: (world: World) => Promise<unknown>): Fault {
  return {
    name,
    kind: 'disk',
    async run(world) {
      const files = world.files as FaultyFiles
      files.arm(fault(world.random))
      void meanwhile?.(world).catch(() => {})
      await wait(100 + world.random() * TROUBLE_MS_MAX)
      files.disarm()
      return files.fired > 0
    },
  }
}

function lineFault(name: string, begin: (world: World) => void, end: (world: World) => void): Fault {
  return {
    name,
    kind: 'line',
    async run(world) {
      begin(world)
      await wait(100 + world.random() * TROUBLE_MS_MAX)
      end(world)
      return true
    },
  }
}

const nth = (random: () => number) => 1 + Math.floor(random() * WRITES_MAX)

async function fetchSnapshots({ rooms, server }: World): Promise<void> {
  await Promise.all(rooms.map(async (room) => (await fetch(`${server.url}/rooms/${room}/snapshot`)).arrayBuffer()))
}

const KILLS: readonly Fault[] = [
  {
    name: 'while it starts',
    kind: 'kill',
    async run(world) {
      await world.kill()
      const started = world.restart()
      const isUp = await Promise.race([started.then(() => true), wait(world.random() * STARTING_MS_MAX, false, { ref: false })])
      // That it was killed before it listened is what was wanted.
      started.catch(() => {})
      await world.kill()
      return !isUp
    },
  },
  {
    name: 'as clients come back',
    kind: 'kill',
    async run(world) {
      await world.kill()
      await world.restart()
      await wait(world.random() * LISTENING_MS_MAX)
      await world.kill()
      return true
    },
  },
  ...[1, 2, 3].map(
    (): Fault => ({
      name: 'at work',
      kind: 'kill',
      async run(world) {
        await wait(world.random() * WORKING_MS_MAX)
        await world.kill()
        return true
      },
    }),
  ),
  {
    name: 'mid-mutator',
    kind: 'kill',
    async run(world) {
      writeFileSync(world.midMutator, '')
      const reached = await Promise.race([world.server.ended().then(() => true), wait(REACHED_MS_MAX, false, { ref: false })])
      rmSync(world.midMutator)
      await world.kill()
      return reached
    },
  },
]

/**
 * Between a mutator's end and the first byte that its commit writes, nothing leaves the process: the simulator's failpoints
 * before and after the append are `before-commit` here.
 */
const FAILPOINTS: readonly Fault[] = [
  killAt('before-begin', () => ({ call: 'lock', file: 'shared', act: 'die-before' })),
  killAt('before-commit', () => ({ call: 'write', file: 'wal', act: 'die-before' })),
  killAt('during-commit', (random) => ({ call: 'write', file: 'wal', act: 'die-halfway', nth: nth(random) })),
  killAt('before-sync', () => ({ call: 'sync', file: 'wal', act: 'die-before' })),
  killAt('after-commit', () => ({ call: 'sync', file: 'wal', act: 'die-after' })),
  killAt('after-unlock', () => ({ call: 'unlock', file: 'shared', act: 'die-before' })),
  killAt('before-answer', () => ({ call: 'answer', file: 'socket', act: 'die-before' })),
  killAt('mid-answer', () => ({ call: 'answer', file: 'socket', act: 'die-halfway' })),
  // A room that is closed moves its log into its database.
  killAt(
    'mid-checkpoint',
    (random) => ({ call: 'write', file: 'database', act: 'die-halfway', nth: nth(random) }),
    async ({ server }) => server.close(),
  ),
  killAt('mid-snapshot', () => ({ call: 'write', file: 'snapshot', act: 'die-halfway' }), fetchSnapshots),
]

const DISK_FAULTS: readonly Fault[] = [
  diskFault('disk full', (random) => ({ call: 'write', file: 'any', act: 'fail-full', nth: nth(random), times: -1 }), fetchSnapshots),
  diskFault('nth write fails', (random) => ({ call: 'write', file: 'wal', act: 'fail-io', nth: nth(random) })),
  diskFault('nth sync fails', () => ({ call: 'sync', file: 'wal', act: 'fail-io' })),
  diskFault('syncs fail', () => ({ call: 'sync', file: 'any', act: 'fail-io', times: -1 })),
  diskFault('short writes', (random) => ({ call: 'write', file: 'any', act: 'short', times: nth(random) })),
  diskFault('snapshot not written', () => ({ call: 'write', file: 'snapshot', act: 'fail-full' }), fetchSnapshots),
]

const LINE_FAULTS: readonly Fault[] = [
  lineFault(
    'lines are cut',
    ({ proxy }) => proxy.cut(),
    () => {},
  ),
  lineFault(
    'no way through',
    ({ proxy }) => {
      proxy.isDown = true
      proxy.cut()
    },
    ({ proxy }) => {
      proxy.isDown = false
    },
  ),
  lineFault(
    'slow lines',
    ({ proxy, random }) => {
      proxy.delayMs = random() * DELAY_MS_MAX
    },
    ({ proxy }) => {
      proxy.delayMs = 0
    },
  ),
  lineFault(
    'lines that break',
    ({ proxy, random }) => {
      proxy.fateOf = () => ({ [random() < 0.5 ? 'cutDownAt' : 'cutUpAt']: random() * CUT_BYTES_MAX })
      proxy.cut()
    },
    ({ proxy }) => {
      proxy.fateOf = () => ({})
    },
  ),
  lineFault(
    'answers are lost',
    ({ proxy }) => {
      proxy.swallowsAnswers = true
    },
    ({ proxy }) => {
      proxy.swallowsAnswers = false
      proxy.cut()
    },
  ),
]

const OTHER_FAULTS: readonly Fault[] = [
  {
    name: 'clients are killed',
    kind: 'clients',
    async run({ fleets, random }) {
      const fleet = fleets[Math.floor(random() * fleets.length)]
      await fleet?.kill()
      await fleet?.start()
      return true
    },
  },
  {
    name: 'closed in order',
    kind: 'close',
    async run(world) {
      world.server.close()
      await world.server.ended()
      return true
    },
  },
]

/** Of each round but the first: a kill tells more than a fault of a line, which unit tests hold as well. */
const KILLS_A_ROUND = 3

/** All that can go wrong here, each once or as often as it is worth. Without a compiler, files do not fail. */
export function faultsOf({ files }: World, isFirst: boolean): readonly Fault[] {
  const canFail = files instanceof FaultyFiles
  const kills = [...KILLS, ...(canFail ? FAILPOINTS : [])]
  const others = [...(canFail ? DISK_FAULTS : []), ...LINE_FAULTS, ...OTHER_FAULTS]
  return [...Array.from({ length: isFirst ? 1 : KILLS_A_ROUND }, () => kills).flat(), ...others]
}
