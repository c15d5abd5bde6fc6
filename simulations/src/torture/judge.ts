import { setTimeout as wait } from 'node:timers/promises'
import { readRoom } from '../read-room.ts'
import { checkRoom, readTables } from './check-room.ts'
import { app } from './ledger-app.ts'
import type { LoadState } from './load-client.ts'
import type { World } from './world.ts'

/** Once no more faults come, all has to be well within this time. */
const DRAIN_MS_MAX = 300_000

export interface Judgement {
  readonly mutations: number
  /** Those whose client heard the outcome: confirmed or refused, as it should be. */
  readonly acknowledged: number
  readonly refused: number
  /** Those that a killed client had not yet saved, so that they may be there or not. */
  readonly forgiven: number
  readonly lost: number
  readonly doubled: number
  readonly clients: number
  readonly versions: { readonly [room: string]: number }
  readonly problems: readonly string[]
}

/** Lets all drain, and compares what the server holds with what clients hold and with what was written down outside. */
export async function judge(world: World): Promise<Judgement> {
  const { record, fleets, rooms } = world
  await Promise.all(fleets.map((fleet) => fleet.stop()))
  const states = await drain(world)
  const versions: { [room: string]: number } = {}
  const problems: string[] = []
  let lost = 0
  let doubled = 0
  for (const room of rooms) {
    const { version, digest, content } = await readRoom(`${world.server.url}/rooms/${room}`, app, readTables)
    const found = checkRoom(record, room, content)
    lost += found.lost
    doubled += found.doubled
    problems.push(...found.problems)
    versions[room] = version
    for (const state of states) {
      if (state.room !== room) continue
      const { name, connection, pending } = state
      if (pending > 0) problems.push(`${name} is ${connection}, with ${pending} pending`)
      if (state.digest !== digest) problems.push(`${name} has digest ${state.digest}, the server has ${digest}`)
      if (state.rows !== content.rows) problems.push(`${name} holds other rows than the server`)
    }
  }
  const calls = [...record.calls.values()]
  return {
    mutations: calls.length,
    acknowledged: record.heard.size,
    refused: [...record.heard.values()].filter((heard) => heard === 'refused').length,
    forgiven: calls.filter(({ id, isForgiven }) => isForgiven && !record.heard.has(id)).length,
    lost,
    doubled,
    clients: states.length,
    versions,
    problems: [...record.problems, ...problems],
  }
}

/** Waits until nothing is pending and every client stands where the server does, but no longer than allowed. */
async function drain({ fleets, server, rooms }: World): Promise<readonly LoadState[]> {
  const deadline = performance.now() + DRAIN_MS_MAX
  for (;;) {
    const states = (await Promise.all(fleets.map((fleet) => fleet.states()))).flat()
    const versions = new Map<string, number>()
    for (const room of rooms) versions.set(room, await versionOf(`${server.url}/rooms/${room}`))
    const isDrained = states.every(({ pending, version, room }) => pending === 0 && version === versions.get(room))
    if (isDrained || performance.now() > deadline) return states
    await wait(200)
  }
}

/** As the doors tell it. */
async function versionOf(room: string): Promise<number> {
  const response = await fetch(`${room}/snapshot`)
  await response.arrayBuffer()
  const since = response.headers.get('savepoint-version')
  const changes = (await (await fetch(`${room}/changes?since=${since}`)).json()) as { readonly to: number }
  return changes.to
}
