import { expect, test } from 'vitest'
import { chaosTrace, threeClientsTrace } from '../report/example-trace.contract.ts'
import type { TraceEvent } from './trace-event.ts'
import { TraceHash } from './trace-hash.ts'

function hashOf(events: readonly TraceEvent[]): string {
  const hash = new TraceHash()
  for (const event of events) hash.update(event)
  return hash.digest()
}

test('the same events have the same hash, others another', () => {
  const events = chaosTrace('1', 300)
  expect(hashOf(events)).toMatch(/^[\da-f]{16}$/)
  expect(hashOf(structuredClone(events))).toBe(hashOf(events))
  const hashes = [events, chaosTrace('2', 300), threeClientsTrace(), [...events].reverse(), events.slice(1), []].map(hashOf)
  expect(new Set(hashes).size).toBe(hashes.length)
})

test('the order of fields and what is undefined do not count', () => {
  const call: TraceEvent = { at: 1, node: 'client', type: 'called', id: 'a', name: 'add', args: '', mutationID: 1 }
  const shuffled = { mutationID: 1, args: '', name: 'add', failure: undefined, id: 'a', type: 'called', node: 'client', at: 1 }
  expect(hashOf([shuffled as unknown as TraceEvent])).toBe(hashOf([call]))
  expect(hashOf([{ ...call, mutationID: null }])).not.toBe(hashOf([call]))
})

test('a text cannot pass for a field or for another event', () => {
  const fault = (about: string): TraceEvent => ({ at: 1, node: 'client', type: 'fault', fault: 'cut', about })
  expect(hashOf([fault('a","at":1')])).not.toBe(hashOf([fault('a'), fault('b')]))
  expect(hashOf([fault('1')])).not.toBe(hashOf([fault('1,')]))
})

test('a digest on the way changes nothing of what follows', () => {
  const events = threeClientsTrace()
  const hash = new TraceHash()
  for (const event of events) {
    hash.update(event)
    hash.digest()
  }
  expect(hash.digest()).toBe(hashOf(events))
})
