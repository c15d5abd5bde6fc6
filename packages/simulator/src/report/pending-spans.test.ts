import { expect, test } from 'vitest'
import { everyEvent } from './every-event.contract.ts'
import { threeClientsTrace } from './example-trace.contract.ts'
import { pendingSpans, queueDepths } from './pending-spans.ts'

test('a mutation is pending from its call to its outcome, or until it is cancelled', () => {
  const events = everyEvent()
  const spans = pendingSpans(events).map(({ id, slot, from, to, end, durable }) => ({
    id,
    slot,
    end,
    times: [from, durable, to].map((i) => (i === undefined ? undefined : events[i]?.at)),
  }))
  expect(spans).toEqual([
    { id: 'm1', slot: 0, end: 'confirmed', times: [10, 11, 660] },
    { id: 'm2', slot: 1, end: 'rejected', times: [20, undefined, 660] },
    { id: 'm4', slot: 2, end: 'cancelled', times: [40, undefined, 45] },
  ])
})

test('a queue is as deep as what was pending at once', () => {
  expect(queueDepths(pendingSpans(threeClientsTrace()))).toEqual(
    new Map([
      ['client1', 7],
      ['client2', 1],
    ]),
  )
})

test('what is lost with a memory is not pending for ever', () => {
  const events = everyEvent().slice(0, 5)
  const spans = pendingSpans([...events, { at: 20, node: 'client-1', type: 'status', connection: 'live', version: 1, pending: 0 }])
  expect(spans).toMatchObject([{ id: 'm1', end: 'gone', to: 5 }])
})
