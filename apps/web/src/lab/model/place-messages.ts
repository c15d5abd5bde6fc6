import type { Message } from './message.ts'

interface PlacedMessage {
  readonly message: Message
  /** 0 where it was sent, 1 where it arrives. */
  readonly progress: number
}

interface Placed {
  readonly messages: readonly PlacedMessage[]
  /** How many more are behind the last one, without room of their own. */
  readonly more: number
}

/**
 * Where messages of one lane and one way are drawn, so that none covers another: who follows closely waits behind.
 * @param gap the least distance between two, as a part of the way
 */
export function placeMessages(messages: readonly Message[], now: number, gap: number): Placed {
  const inOrder = messages.toSorted((a, b) => a.arrivesAt - b.arrivesAt || a.id - b.id)
  const placed: PlacedMessage[] = []
  let limit = 1
  for (const message of inOrder) {
    const { sentAt, arrivesAt } = message
    const progress = Math.min(limit, Math.max(0, arrivesAt <= sentAt ? 1 : (now - sentAt) / (arrivesAt - sentAt)))
    if (limit < 0) break
    placed.push({ message, progress })
    limit = progress - gap
  }
  return { messages: placed, more: inOrder.length - placed.length }
}
