import type { MutationRecord } from '@savepoint/client'
import { expect, test } from 'vitest'
import { shop } from '../checks/shop-app.contract.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import type { ClientView } from '../view/world-view.ts'
import { PendingTrack } from './pending-track.ts'
import { RoomHistory } from './room-history.ts'

function record(id: string, status: MutationRecord['status']): MutationRecord {
  return { id, name: 'add', args: undefined, createdAt: 0, status }
}

/** A client that stands at a version, with these records. */
function client(version: number, records: readonly MutationRecord[]): ClientView {
  const pendingCount = records.filter(({ status }) => status === 'pending').length
  return {
    ...{
      name: 'ann',
      room: 'room',
      app: shop,
      auth: undefined,
      storage: 'disk',
      isUp: true,
      clientID: 'a',
      connection: 'live',
      digest: '',
    },
    ...{ position: { epoch: 'e1', version }, pendingCount, changes: 0, query: async () => [], shown: () => [], mutations: () => records },
  }
}

/** A room that has processed these, in turn. */
function history(...seeds: string[]): RoomHistory {
  const history = new RoomHistory({ name: 'room', app: shop, isUp: true, epoch: 'e1', version: 0, floor: 0, log: [], query: () => [] })
  const entry = { clientID: 'a', name: 'add', args: '', changes: '[]', outcome: '{"ok":true,"value":""}', author: '', at: 0, digest: '' }
  history.follow(seeds.map((seed, i) => ({ ...entry, version: i + 1, mutationID: i + 1, seed, previous: i })))
  return history
}

const event = (kind: object) => ({ at: 0, node: 'ann', ...kind }) as TraceEvent
const called = (id: string) => event({ type: 'called', id, name: 'add', args: '', mutationID: 1 })

test('what was called is shown until the base holds it, first as it was called, and after a rebase as that', () => {
  const track = new PendingTrack()
  const shown = (version: number, ids: readonly string[]) =>
    track.current(
      client(
        version,
        ids.map((id) => record(id, 'pending')),
      ),
      history('x'),
    )
  expect(shown(0, [])).toEqual([])
  track.observe(called('x'))
  track.observe(called('y'))
  expect(shown(0, ['x', 'y'])).toMatchObject([
    { id: 'x', reason: 'optimistic' },
    { id: 'y', reason: 'optimistic' },
  ])
  track.observe(event({ type: 'advanced', from: 0, to: 1, rebased: true }))
  expect(shown(1, ['x', 'y'])).toMatchObject([{ id: 'y', reason: 'rebase' }])
})

test('a mutation that was taken back is shown no more', () => {
  const track = new PendingTrack()
  track.current(client(0, []), history())
  for (const one of [called('x'), called('y'), event({ type: 'cancelled', id: 'x' })]) track.observe(one)
  expect(track.current(client(0, [record('y', 'pending')]), history())).toMatchObject([{ id: 'y', reason: 'rebase' }])
})

test('after a crash, what was settled but not yet in the base on disk is shown before what is pending', () => {
  const track = new PendingTrack()
  const records = [record('x', 'confirmed'), record('y', 'rejected'), record('z', 'pending')]
  track.observe(event({ type: 'up' }))
  expect(track.current(client(1, records), history('x', 'y')).map(({ id }) => id)).toEqual(['y', 'z'])
  expect(track.current(client(2, records), history('x', 'y')).map(({ id }) => id)).toEqual(['z'])
  expect(track.current(client(2, records), history('x', 'y', 'z')).map(({ id }) => id)).toEqual(['z'])
})

test('what a kill has taken from memory is not shown', () => {
  const track = new PendingTrack()
  track.current(client(0, []), history())
  track.observe(called('x'))
  track.observe(called('y'))
  expect(track.current(client(0, [record('x', 'pending')]), history()).map(({ id }) => id)).toEqual(['x'])
})
