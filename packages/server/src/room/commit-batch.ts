import {
  admit,
  type ClientRecord,
  type MutationFailure,
  type MutationResult,
  type Outcome,
  type QueuedMutation,
  type Sender,
} from '@savepoint/core'
import { type ReplayResult, type RunRequest, StorageFailure } from '@savepoint/sqlite'
import type { Limits } from '../limits.ts'
import type { LogEntry } from '../log/room-log.ts'
import { ChangesText } from './changes-text.ts'

/** How far ahead of the server's clock `tx.now` may be, in milliseconds: clocks differ a little, and a wrong one must not rule an order. */
export const CLOCK_SKEW_MS_MAX = 60_000

/** Characters of one mutation's encoded return value: larger results belong in rows. */
const MUTATION_VALUE_LENGTH_MAX = 256 * 1024

/** Characters of a message that tells why a mutation was rejected. */
const FAILURE_MESSAGE_LENGTH_MAX = 4096

/** Characters of changes and outcomes after which a batch takes no more. */
const BATCH_CHANGES_LENGTH_MAX = 4 * 1024 * 1024

/**
 * Characters of changes and outcomes that one poke may tell. A group that brings its batch beyond is run again one by one,
 * so that the batch can end in time: with one mutation of the largest over a full batch, a poke is well within a frame.
 */
const GROUP_LENGTH_MAX = 6 * 1024 * 1024

/** Time after which a batch takes no more, in milliseconds, so that other rooms get their turn. */
const BATCH_MS_MAX = 25

/** Mutations that run under one savepoint, between two looks at the batch's limits. */
const GROUP_MUTATIONS_MAX = 64

/** Mutations before the first look, when nothing is known of how long they take. */
const GROUP_MUTATIONS_FIRST = 4

/** What a batch runs in: an open transaction on the room's database. */
interface BatchContext {
  readonly version: number
  readonly now: number
  /** Runs mutations in order. Their changes count in the digest. */
  run(requests: readonly RunRequest[]): readonly ReplayResult[]
  /** The digest as it is now, 16 hex digits. */
  digest(): string
  findClient(clientID: string): ClientRecord | null
  /** Milliseconds that the batch has taken. */
  elapsedMs(): number
  readonly lessons: BatchLessons
  readonly limits: MutationLimits
}

/** What one mutation may change: rows, and the characters of their encoding. */
export type MutationLimits = Pick<Limits, 'rowsPerMutation' | 'changesPerMutation'>

/** What earlier attempts at a batch have taught. */
export class BatchLessons {
  /** Mutations that are not to run, and why. */
  readonly condemned = new Map<QueuedMutation, MutationFailure>()
  /** Mutations one of which broke more than itself: they run one by one, to find out which. */
  readonly suspects = new Set<QueuedMutation>()
}

export interface BatchRun {
  readonly entries: readonly LogEntry[]
  readonly results: readonly MutationResult[]
  readonly clients: ReadonlyMap<string, ClientRecord>
  readonly patch: string
  readonly left: readonly QueuedMutation[]
}

/** The batch is to be rolled back and run again, up to `last` and with the lesson that was learnt. */
export class RunAgainError extends Error {
  override readonly name = 'RunAgainError'
  readonly last: QueuedMutation
  constructor(last: QueuedMutation) {
    super('The batch is to be run again.')
    this.last = last
  }
}

interface Admitted {
  readonly queued: QueuedMutation
  readonly version: number
  readonly previous: number
}

/**
 * Runs mutations in order, in the open transaction. Commits nothing and answers nobody.
 *
 * @throws RunAgainError if something was learnt that changes the batch
 * @throws StorageFailure if the database cannot be used
 */
export function runBatch(mutations: readonly QueuedMutation[], context: BatchContext): BatchRun {
  const run = new Run(context)
  let next = 0
  while (next < mutations.length && !(next > 0 && run.isFull)) next = run.group(mutations, next)
  return { ...run.finish(), left: mutations.slice(next) }
}

class Run {
  readonly #context: BatchContext
  readonly #entries: LogEntry[] = []
  readonly #results: MutationResult[] = []
  readonly #clients = new Map<string, ClientRecord>()
  readonly #stopped = new Set<Sender>()
  readonly #changes = new ChangesText()
  #outcomesLength = 0
  #version: number

  constructor(context: BatchContext) {
    this.#context = context
    this.#version = context.version
  }

  /** As many as the batch has time for, if they take as long as those before. */
  get #groupMax(): number {
    const count = this.#entries.length
    if (count === 0) return GROUP_MUTATIONS_FIRST
    const elapsed = this.#context.elapsedMs()
    return Math.max(1, Math.min(GROUP_MUTATIONS_MAX, Math.floor(((BATCH_MS_MAX - elapsed) * count) / elapsed)))
  }

  get isFull(): boolean {
    return this.#changes.length + this.#outcomesLength > BATCH_CHANGES_LENGTH_MAX || this.#context.elapsedMs() > BATCH_MS_MAX
  }

  finish(): Omit<BatchRun, 'left'> {
    const last = this.#entries.at(-1)
    if (last !== undefined) this.#entries[this.#entries.length - 1] = { ...last, digest: this.#context.digest() }
    const only = this.#entries.length === 1 ? last : undefined
    return { entries: this.#entries, results: this.#results, clients: this.#clients, patch: only?.changes ?? this.#changes.merged() }
  }

  /** Admits mutations from `next` on and runs those that are new. Returns where it stopped. */
  group(mutations: readonly QueuedMutation[], next: number): number {
    const { condemned, suspects } = this.#context.lessons
    const admitted: Admitted[] = []
    const max = this.#groupMax
    let at = next
    for (; at < mutations.length && admitted.length < max; at++) {
      const queued = mutations[at] as QueuedMutation
      const isAlone = suspects.has(queued)
      if (isAlone && admitted.length > 0) break
      const found = this.#admit(queued)
      if (found !== null) admitted.push(found)
      if (isAlone && found !== null) {
        at++
        break
      }
    }
    const results = this.#run(condemned.size === 0 ? admitted : admitted.filter(({ queued }) => !condemned.has(queued)))
    let i = 0
    for (const one of admitted) {
      const failure = condemned.get(one.queued)
      this.#record(one, failure === undefined ? (results[i++] as ReplayResult) : { ok: false, failure, ran: [] })
    }
    if (admitted.length > 1 && this.#changes.length + this.#outcomesLength > GROUP_LENGTH_MAX) throw this.#oneByOne(admitted)
    return at
  }

  #admit(queued: QueuedMutation): Admitted | null {
    const { sender, mutation } = queued
    if (this.#stopped.has(sender)) return null
    const { clientID, identity } = sender
    const { mutationID, seed } = mutation
    const client = this.#clients.get(clientID) ?? this.#context.findClient(clientID)
    const admission = admit(client, identity, mutation)
    if (admission.kind === 'run') {
      const version = ++this.#version
      const acked = client?.acked ?? 0
      this.#clients.set(clientID, { lastMutationID: mutationID, lastSeed: seed, lastVersion: version, acked, identity })
      return { queued, version, previous: client?.lastVersion ?? 0 }
    }
    if (admission.kind === 'refused') this.#stopped.add(sender)
    this.#results.push(admission.kind === 'refused' ? { sender, ...admission } : { kind: 'repeat', sender, mutationID, seed })
    return null
  }

  #request({ sender, mutation }: QueuedMutation): RunRequest {
    return {
      clientID: sender.clientID,
      mutationID: mutation.mutationID,
      name: mutation.name,
      args: mutation.args,
      seed: mutation.seed,
      now: Math.min(mutation.createdAt, this.#context.now + CLOCK_SKEW_MS_MAX),
      location: 'server',
      reason: 'authoritative',
      auth: sender.auth,
    }
  }

  #run(running: readonly Admitted[]): readonly ReplayResult[] {
    const { lessons } = this.#context
    try {
      return this.#context.run(running.map(({ queued }) => this.#request(queued)))
    } catch (error) {
      if (error instanceof StorageFailure && error.code !== 'transaction-lost') throw error
      // One of them took the whole batch with it, or broke something that nobody foresaw. It must not do so again to others.
      const last = (running.at(-1) as Admitted).queued
      if (running.length > 1) for (const { queued } of running) lessons.suspects.add(queued)
      else {
        const message = `The mutation could not be run: ${error instanceof Error ? error.message : String(error)}. It had no effect.`
        lessons.condemned.set(last, { reason: 'schema', code: error instanceof StorageFailure ? error.code : 'internal', message })
      }
      throw new RunAgainError(last)
    }
  }

  #record({ queued, version, previous }: Admitted, result: ReplayResult): void {
    const { sender, mutation } = queued
    const { mutationID, seed, name, args } = mutation
    let changes = '[]'
    if (result.ok) {
      const rows = result.changes ?? []
      this.#check(queued, rows.length, this.#context.limits.rowsPerMutation, 'changed rows')
      this.#check(queued, result.value.length, MUTATION_VALUE_LENGTH_MAX, 'characters of a return value')
      changes = this.#changes.add(rows)
      this.#check(queued, changes.length, this.#context.limits.changesPerMutation, 'characters of changed rows')
    }
    const outcome = encodeOutcome(result.ok ? { ok: true, value: result.value } : { ok: false, ...result.failure })
    this.#outcomesLength += outcome.length
    this.#results.push({ kind: 'processed', sender, mutationID, seed, outcome })
    const { clientID, identity: author } = sender
    this.#entries.push({
      version,
      clientID,
      mutationID,
      seed,
      name,
      args,
      changes,
      outcome,
      author,
      at: this.#context.now,
      digest: '',
      previous,
    })
  }

  #oneByOne(admitted: readonly Admitted[]): RunAgainError {
    for (const { queued } of admitted) this.#context.lessons.suspects.add(queued)
    return new RunAgainError((admitted.at(-1) as Admitted).queued)
  }

  /** A mutation over a limit has run already, so the batch is run again without it. */
  #check(queued: QueuedMutation, count: number, max: number, what: string): void {
    if (count <= max) return
    const message = `The mutation made ${count} ${what}; the limit is ${max}. It had no effect; do it in smaller parts.`
    this.#context.lessons.condemned.set(queued, { reason: 'rejected', code: 'too-large', message })
    throw new RunAgainError(queued)
  }
}

function encodeOutcome(outcome: Outcome): string {
  if (!outcome.ok && outcome.message.length > FAILURE_MESSAGE_LENGTH_MAX) {
    return JSON.stringify({ ...outcome, message: outcome.message.slice(0, FAILURE_MESSAGE_LENGTH_MAX) })
  }
  return outcome.ok && outcome.value === '' ? CONFIRMED : JSON.stringify(outcome)
}

/** The outcome of most mutations: they return nothing. */
const CONFIRMED = JSON.stringify({ ok: true, value: '' } satisfies Outcome)
