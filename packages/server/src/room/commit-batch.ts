import {
  admit,
  type ClientRecord,
  type MutationFailure,
  type MutationResult,
  type Outcome,
  type QueuedMutation,
  type Sender,
} from '@savepoint/core'
import { type MutationRunResult, type RunRequest, StorageFailure } from '@savepoint/sqlite'
import type { LogEntry } from '../log/room-log.ts'
import { ChangesText } from './changes-text.ts'

/** How far ahead of the server's clock `tx.now` may be, in milliseconds: clocks differ a little, and a wrong one must not rule an order. */
export const CLOCK_SKEW_MS_MAX = 60_000

/** Rows that one mutation may change. */
export const MUTATION_ROWS_MAX = 20_000

/** Characters of one mutation's encoded changes; with what fits a batch besides, a poke stays under the protocol's limit. */
export const MUTATION_CHANGES_LENGTH_MAX = 4 * 1024 * 1024

/** Characters of one mutation's encoded return value: larger results belong in rows. */
export const MUTATION_VALUE_LENGTH_MAX = 256 * 1024

/** Characters of a message that tells why a mutation was rejected. */
const FAILURE_MESSAGE_LENGTH_MAX = 4096

/** Characters of changes and outcomes after which a batch takes no more. */
export const BATCH_CHANGES_LENGTH_MAX = 4 * 1024 * 1024

/** Time after which a batch takes no more, in milliseconds, so that other rooms get their turn. */
export const BATCH_MS_MAX = 25

/** What a batch runs in: an open transaction on the room's database. */
export interface BatchContext {
  readonly version: number
  readonly now: number
  run(request: RunRequest): MutationRunResult
  /** The digest as it is now, 16 hex digits. */
  digest(): string
  findClient(clientID: string): ClientRecord | null
  /** Milliseconds that the batch has taken. */
  elapsedMs(): number
  /** Mutations that are not to run, and why: an earlier attempt at this batch showed it. */
  readonly condemned: ReadonlyMap<QueuedMutation, MutationFailure>
}

export interface BatchRun {
  readonly entries: readonly LogEntry[]
  readonly results: readonly MutationResult[]
  readonly clients: ReadonlyMap<string, ClientRecord>
  readonly patch: string
  readonly left: readonly QueuedMutation[]
}

/** A mutation did what cannot be kept, after its savepoint was released: the batch is run again without it. */
export class CondemnedError extends Error {
  override readonly name = 'CondemnedError'
  readonly queued: QueuedMutation
  readonly failure: MutationFailure
  constructor(queued: QueuedMutation, failure: MutationFailure) {
    super(failure.message)
    this.queued = queued
    this.failure = failure
  }
}

/**
 * Runs mutations in order, in the open transaction. Commits nothing and answers nobody.
 *
 * @throws CondemnedError if the batch is to be rolled back and run again with this mutation condemned
 * @throws StorageFailure if the database cannot be used
 */
export function runBatch(mutations: readonly QueuedMutation[], context: BatchContext): BatchRun {
  const entries: LogEntry[] = []
  const results: MutationResult[] = []
  const clients = new Map<string, ClientRecord>()
  const stopped = new Set<Sender>()
  const changes = new ChangesText()
  let outcomesLength = 0
  let version = context.version
  let next = 0
  for (; next < mutations.length; next++) {
    const isFull = changes.length + outcomesLength > BATCH_CHANGES_LENGTH_MAX || (next % 16 === 15 && context.elapsedMs() > BATCH_MS_MAX)
    if (isFull && next > 0) break
    const queued = mutations[next] as QueuedMutation
    const { sender, mutation } = queued
    if (stopped.has(sender)) continue
    const { clientID, identity } = sender
    const { mutationID, seed } = mutation
    const client = clients.get(clientID) ?? context.findClient(clientID)
    const admission = admit(client, identity, mutation)
    if (admission.kind === 'refused') {
      stopped.add(sender)
      results.push({ sender, ...admission })
      continue
    }
    if (admission.kind === 'repeat') {
      results.push({ kind: 'repeat', sender, mutationID, seed })
      continue
    }
    const { outcome, text } = runOne(queued, context, changes)
    version++
    outcomesLength += outcome.length
    clients.set(clientID, {
      lastMutationID: mutationID,
      lastSeed: seed,
      lastVersion: version,
      acked: client?.acked ?? 0,
      identity: client?.identity ?? identity,
    })
    results.push({ kind: 'processed', sender, mutationID, seed, outcome })
    entries.push({
      version,
      clientID,
      mutationID,
      seed,
      name: mutation.name,
      args: mutation.args,
      changes: text,
      outcome,
      author: identity,
      at: context.now,
      digest: '',
      previous: client?.lastVersion ?? 0,
    })
  }
  const last = entries.at(-1)
  if (last !== undefined) entries[entries.length - 1] = { ...last, digest: context.digest() }
  const only = entries.length === 1 ? entries[0] : undefined
  return { entries, results, clients, patch: only?.changes ?? changes.merged(), left: mutations.slice(next) }
}

function runOne(queued: QueuedMutation, context: BatchContext, changes: ChangesText): { outcome: string; text: string } {
  const condemned = context.condemned.get(queued)
  if (condemned !== undefined) return { outcome: encodeOutcome({ ok: false, ...condemned }), text: '[]' }
  const result = runQueued(queued, context)
  if (!result.ok) return { outcome: encodeOutcome({ ok: false, ...result.failure }), text: '[]' }
  if (result.changes.length > MUTATION_ROWS_MAX)
    throw new CondemnedError(queued, tooLarge(`changed ${result.changes.length} rows`, `${MUTATION_ROWS_MAX}`))
  if (result.value.length > MUTATION_VALUE_LENGTH_MAX) {
    throw new CondemnedError(queued, tooLarge(`returned ${result.value.length} characters`, `${MUTATION_VALUE_LENGTH_MAX}`))
  }
  const text = changes.add(result.changes)
  if (text.length > MUTATION_CHANGES_LENGTH_MAX) {
    throw new CondemnedError(queued, tooLarge(`changed rows of ${text.length} characters`, `${MUTATION_CHANGES_LENGTH_MAX}`))
  }
  return { outcome: encodeOutcome({ ok: true, value: result.value }), text }
}

function runQueued(queued: QueuedMutation, context: BatchContext): MutationRunResult {
  const { sender, mutation } = queued
  try {
    return context.run({
      clientID: sender.clientID,
      mutationID: mutation.mutationID,
      name: mutation.name,
      args: mutation.args,
      seed: mutation.seed,
      now: Math.min(mutation.createdAt, context.now + CLOCK_SKEW_MS_MAX),
      location: 'server',
      reason: 'authoritative',
      auth: sender.auth,
    })
  } catch (error) {
    if (error instanceof StorageFailure && error.code !== 'transaction-lost') throw error
    // It took the whole batch with it, or broke something that nobody foresaw. It must not do so again to the others.
    const message = `The mutation could not be run: ${error instanceof Error ? error.message : String(error)}. It had no effect.`
    throw new CondemnedError(queued, { reason: 'schema', code: error instanceof StorageFailure ? error.code : 'internal', message })
  }
}

function tooLarge(what: string, limit: string): MutationFailure {
  return {
    reason: 'rejected',
    code: 'too-large',
    message: `The mutation ${what}; the limit is ${limit}. It had no effect; do it in smaller parts.`,
  }
}

function encodeOutcome(outcome: Outcome): string {
  if (!outcome.ok && outcome.message.length > FAILURE_MESSAGE_LENGTH_MAX) {
    return JSON.stringify({ ...outcome, message: outcome.message.slice(0, FAILURE_MESSAGE_LENGTH_MAX) })
  }
  return JSON.stringify(outcome)
}
