import { expect, test } from 'vitest'
import type { Message } from './message.ts'
import { placeMessages } from './place-messages.ts'

function message(id: number, sentAt: number, arrivesAt: number): Message {
  return { id, client: 1, way: 'up', content: { kind: 'hello' }, sentAt, arrivesAt }
}

const places = (messages: readonly Message[], now: number) =>
  placeMessages(messages, now, 0.25).messages.map(({ message: { id }, progress }) => [id, progress])

test('a message is as far on its way as its time is', () => {
  expect(places([message(1, 0, 1000)], 250)).toEqual([[1, 0.25]])
})

test('who follows closely waits behind, so that none covers another', () => {
  const messages = [message(2, 100, 1100), message(1, 0, 1000)]
  expect(places(messages, 500)).toEqual([
    [1, 0.5],
    [2, 0.25],
  ])
})

test('who has no room is counted', () => {
  const messages = [1, 2, 3, 4, 5, 6].map((id) => message(id, 0, 1000))
  const { messages: placed, more } = placeMessages(messages, 500, 0.25)
  expect(placed.map(({ progress }) => progress)).toEqual([0.5, 0.25, 0])
  expect(more).toBe(3)
})
