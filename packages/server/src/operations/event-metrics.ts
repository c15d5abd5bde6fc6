import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { BatchCommitted, ServerEvent } from '../room/server-event.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { registerRoomGauges } from './room-gauges.ts'

/** From well under a flush of a fast disk to what a client calls an outage, in seconds. */
const SECONDS_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Up to the most that a batch takes. */
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500]

/** Events that tell that something went wrong. */
const ERRORS: readonly ServerEvent['event'][] = [
  'room-failed',
  'request-failed',
  'after-commit-failed',
  'snapshot-failed',
  'client-cut',
  'disk-low',
  'thread-ended',
  'thread-stuck',
]

/** A server's events as figures for Prometheus. No label holds a room, a client or a mutator: there may be any number of these. */
export class EventMetrics {
  readonly registry: Registry
  readonly #mutations
  readonly #batch
  readonly #commit
  readonly #push
  readonly #poke
  readonly #pokes
  readonly #pokeLength
  readonly #logLength
  readonly #opened
  readonly #closed
  readonly #refusals
  readonly #errors
  /** What the batch that is being told of has cost until its commit. */
  readonly #committed = new Map<string, BatchCommitted>()

  /** @param registry Default: one of its own, with Node's figures too. */
  constructor(registry?: Registry) {
    this.registry = registry ?? new Registry()
    if (registry === undefined) collectDefaultMetrics({ register: this.registry })
    const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
      new Counter({ name: `savepoint_${name}`, help, labelNames, registers: [this.registry] })
    const histogram = (name: string, help: string, buckets: number[]) =>
      new Histogram({ name: `savepoint_${name}`, help, buckets, registers: [this.registry] })
    this.#mutations = counter('mutations_total', 'Mutations by outcome: confirmed, why they had no effect, repeated or refused', [
      'outcome',
    ])
    this.#batch = histogram('batch_mutations', 'New mutations in a batch, which share one commit', BATCH_BUCKETS)
    this.#commit = histogram('commit_seconds', 'From the start of a batch to its being durable', SECONDS_BUCKETS)
    this.#push = histogram(
      'push_seconds',
      'From the first push of a batch to its answer: what a client waits, but for the network',
      SECONDS_BUCKETS,
    )
    this.#poke = histogram('poke_seconds', 'Handing a batch to all lines of its room', SECONDS_BUCKETS)
    this.#pokes = counter(
      'pokes_total',
      "Batches told to a client, by whose mutations they held; with others' too, it has to rebase what is pending",
      ['holds'],
    )
    this.#pokeLength = counter('poke_characters_total', 'Characters of frames that told of batches')
    this.#logLength = counter('log_characters_total', 'Characters of arguments, changes and outcomes that went into logs')
    this.#opened = counter('lines_opened_total', 'Lines of clients that came into a room')
    this.#closed = counter('lines_closed_total', 'Lines of clients that ended, by the code that they were told; gone if the client went', [
      'code',
    ])
    this.#refusals = counter('refusals_total', 'Requests and sockets that no door let in, and lines that a door has ended, by code', [
      'code',
    ])
    this.#errors = counter('errors_total', 'What went wrong on the server, by event', ['event'])
    // Who asks by how much a figure has gone up does not see one that begins with its first event.
    for (const event of ERRORS) this.#errors.inc({ event }, 0)
  }

  /** Adds what is looked up at each scrape. */
  watch(rooms: RoomHost): void {
    registerRoomGauges(this.registry, rooms)
  }

  hear(event: ServerEvent): void {
    if (ERRORS.includes(event.event)) this.#errors.inc({ event: event.event })
    switch (event.event) {
      case 'batch-committed':
        return this.#batchCommitted(event)
      case 'batch-poked':
        return this.#batchPoked(event)
      case 'line-opened':
        return this.#opened.inc()
      case 'line-closed':
        return this.#closed.inc({ code: event.reason })
      case 'refused':
        return this.#refusals.inc({ code: event.code })
      case 'room-failed':
        this.#committed.delete(event.room)
    }
  }

  #batchCommitted(event: BatchCommitted): void {
    const { confirmed, failed, repeated, refused, from, to, commitMs, logLength } = event
    for (const [outcome, count] of Object.entries({ confirmed, ...failed, repeated, refused }))
      if (count > 0) this.#mutations.inc({ outcome }, count)
    if (to > from) this.#batch.observe(to - from)
    this.#commit.observe(commitMs / 1000)
    this.#logLength.inc(logLength)
    this.#committed.set(event.room, event)
  }

  #batchPoked({ room, lines, length, pokeMs }: Extract<ServerEvent, { event: 'batch-poked' }>): void {
    const batch = this.#committed.get(room)
    this.#committed.delete(room)
    if (batch === undefined) return
    this.#push.observe((batch.waitMs + batch.commitMs + pokeMs) / 1000)
    this.#poke.observe(pokeMs / 1000)
    this.#pokeLength.inc(length)
    const senders = Math.min(batch.clients, lines)
    if (senders > 0) this.#pokes.inc({ holds: batch.clients === 1 ? 'own' : 'own_and_others' }, senders)
    if (lines > senders) this.#pokes.inc({ holds: 'others' }, lines - senders)
  }
}
