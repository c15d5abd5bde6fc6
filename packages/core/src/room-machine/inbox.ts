import type { PushedMutation } from '../protocol/push.ts'

/** Characters of arguments that one connection may have waiting. */
const SENDER_LENGTH_MAX = 8 * 1024 * 1024

/** Mutations that a room may have waiting from all: about a second of its work. */
const INBOX_MUTATIONS_MAX = 50_000

/** Characters of arguments that a room may have waiting from all. */
const INBOX_LENGTH_MAX = 64 * 1024 * 1024

/** Whose mutation it is. One object for each welcome, so that it can be told from the same client's next connection. */
export interface Sender {
  readonly connection: number
  readonly clientID: string
  readonly identity: string
  readonly auth: unknown
}

/** A pushed mutation that waits for the room. */
export interface QueuedMutation {
  readonly sender: Sender
  readonly mutation: PushedMutation
}

interface Queue {
  readonly mutations: PushedMutation[]
  next: number
  length: number
}

/** What waits to be run: one queue a sender, served in turn, so that a long queue delays nobody else by more than its share. */
export class Inbox {
  /** That one connection may have waiting. A client with more pending sends the rest after outcomes. */
  readonly #senderMutationsMax: number
  readonly #queues = new Map<Sender, Queue>()
  /** Taken before and given back: first in the next batch. */
  #left: readonly QueuedMutation[] = []
  #count = 0
  #length = 0

  constructor(senderMutationsMax: number) {
    this.#senderMutationsMax = senderMutationsMax
  }

  get count(): number {
    return this.#left.length + this.#count
  }

  /** False, and nothing is queued, if that would be more than the limits allow. */
  add(sender: Sender, mutations: readonly PushedMutation[]): boolean {
    let length = 0
    for (const mutation of mutations) length += mutation.args.length
    const queue = this.#queues.get(sender) ?? { mutations: [], next: 0, length: 0 }
    const waiting = queue.mutations.length - queue.next
    if (waiting + mutations.length > this.#senderMutationsMax || queue.length + length > SENDER_LENGTH_MAX) return false
    if (this.#count + mutations.length > INBOX_MUTATIONS_MAX || this.#length + length > INBOX_LENGTH_MAX) return false
    if (mutations.length === 0) return true
    for (const mutation of mutations) queue.mutations.push(mutation)
    queue.length += length
    this.#queues.set(sender, queue)
    this.#count += mutations.length
    this.#length += length
    return true
  }

  /** Who has something waiting under this clientID; undefined if nobody has. */
  senderOf(clientID: string): Sender | undefined {
    for (const sender of this.#queues.keys()) if (sender.clientID === clientID) return sender
    return this.#left.find(({ sender }) => sender.clientID === clientID)?.sender
  }

  /** Takes up to `countMax` mutations, each sender's in order, the senders in turn. */
  take(countMax: number): QueuedMutation[] {
    const taken: QueuedMutation[] = [...this.#left]
    this.#left = []
    while (taken.length < countMax && this.#queues.size > 0) {
      const share = Math.max(1, Math.floor((countMax - taken.length) / this.#queues.size))
      for (const [sender, queue] of [...this.#queues]) {
        if (taken.length >= countMax) break
        this.#takeFrom(sender, queue, Math.min(share, countMax - taken.length), taken)
      }
    }
    return taken
  }

  #takeFrom(sender: Sender, queue: Queue, countMax: number, into: QueuedMutation[]): void {
    const end = Math.min(queue.next + countMax, queue.mutations.length)
    for (; queue.next < end; queue.next++) {
      const mutation = queue.mutations[queue.next] as PushedMutation
      into.push({ sender, mutation })
      queue.length -= mutation.args.length
      this.#length -= mutation.args.length
      this.#count--
    }
    // Out and in again: the sender goes to the end of the line.
    this.#queues.delete(sender)
    if (queue.next < queue.mutations.length) this.#queues.set(sender, compact(queue))
  }

  /** What was taken last and not run. */
  giveBack(left: readonly QueuedMutation[]): void {
    this.#left = left
  }

  drop(sender: Sender): void {
    this.#left = this.#left.filter((queued) => queued.sender !== sender)
    const queue = this.#queues.get(sender)
    if (queue === undefined) return
    this.#queues.delete(sender)
    this.#count -= queue.mutations.length - queue.next
    this.#length -= queue.length
  }

  clear(): void {
    this.#left = []
    this.#queues.clear()
    this.#count = 0
    this.#length = 0
  }
}

/** Lets go of what was taken, now and then, so that a queue that never empties does not grow. */
function compact(queue: Queue): Queue {
  if (queue.next < 1000) return queue
  queue.mutations.splice(0, queue.next)
  queue.next = 0
  return queue
}
