import { decodeData, type MutationFailure } from '@savepoint/core'
import { StorageFailure } from '@savepoint/sqlite'
import type { CallTracing } from './call-tracing.ts'
import type { ClientEventReport } from './client-event.ts'
import type { Scheduler } from './connection/scheduler.ts'
import { encodeArgs } from './encode-args.ts'
import type { LocalState } from './local-state.ts'
import { CallHandle, type ConfirmedResult, type LocalMutationHandle, type LocalResult, Settling } from './mutation-handle.ts'
import type { PendingMutation } from './pending/pending-mutation.ts'
import type { Settled } from './prepare-settling.ts'
import type { Rebase } from './replica/advance.ts'
import { ChangedRows } from './replica/changed-rows.ts'
import type { Prediction } from './replica/predictions.ts'

/** Mutations that may wait for the server. An app that has so many offline should say so to its user. */
const PENDING_MAX = 100_000

const RESOLVED = Promise.resolve()

/** A call that was made where the replica is not: on a page whose replica is in a worker. */
export interface RemoteCall {
  /** Drawn where it was called: names the mutation for good, and is its seed. */
  readonly id: string
  readonly name: string
  /** Encoded (see `encodeArgs`). */
  readonly args: string
  /** In milliseconds since 1970. */
  readonly createdAt: number
  /** W3C's `traceparent`, if it is followed. */
  readonly trace?: string
}

/** What calls need of the client around them. */
export interface CallOwner {
  readonly tracing?: CallTracing | undefined
  tell(event: ClientEventReport): void
  report(error: unknown): void
  /** The replica's database failed. */
  failed(error: StorageFailure): void
  /** Rows have changed; with none given, any may have. */
  changed(rows: ChangedRows | undefined): void
  /** What was added is on disk, or could not be put there. */
  saved(succeeded: boolean): void
  /** A mutation that was never sent was taken back. */
  withdrawn(): void
}

/** Calls of mutators, from the first run to the outcome: the handles that an app holds. */
export class MutationCalls {
  readonly #local: LocalState
  readonly #scheduler: Scheduler
  readonly #owner: CallOwner
  readonly #handles = new Map<string, Settling>()
  /** By seed, of those that are followed. A process that ends ends them too. */
  readonly #traces = new Map<string, string>()
  #unsaved: Settling[] = []
  readonly #cancelCall = (id: string) => this.#cancel(id)
  readonly #report = (error: unknown) => this.#owner.report(error)
  #sentMax: number
  #closed = false

  constructor(local: LocalState, scheduler: Scheduler, owner: CallOwner) {
    this.#local = local
    this.#scheduler = scheduler
    this.#owner = owner
    // What was pending before may have been sent then.
    this.#sentMax = local.sendable
  }

  call(name: string, value: unknown): LocalMutationHandle<unknown> {
    const id = this.#scheduler.id()
    const args = this.#fullQueue() ?? encodeArgs(name, value)
    if (typeof args !== 'string') return this.#failed(id, this.#settling(), args)
    const traced = this.#owner.tracing?.begin({ id, name })
    const handle = this.#run({ id, name, args, createdAt: this.#scheduler.now(), ...(traced && { trace: traced.trace }) })
    traced?.follow(handle)
    return handle
  }

  /** Runs a call that was made elsewhere. Who may have handed it over before asks `find` first. */
  take(call: RemoteCall): LocalMutationHandle<unknown> {
    const full = this.#fullQueue()
    return full === undefined ? this.#run(call) : this.#failed(call.id, this.#settling(), full)
  }

  /** The handle of a mutation that is pending or whose outcome is kept, whoever called it and when. */
  find(id: string): LocalMutationHandle<unknown> | undefined {
    const prediction = this.#local.predictionOf(id)
    if (prediction !== undefined) return this.#handle(id, localResultOf(prediction), this.#settlingOf(prediction.mutation))
    const waiting = this.#local.pending.find((mutation) => mutation.seed === id)
    if (waiting !== undefined) return this.#handle(id, { ok: true, value: undefined }, this.#settlingOf(waiting))
    const outcome = this.#local.outcomeOf(id)
    if (outcome === undefined) return undefined
    const result = outcome.ok ? decodeOutcome(outcome.value, false) : outcome
    const settling = this.#settling()
    settling.saved()
    settling.settle(result)
    return this.#handle(id, result.ok ? { ok: true, value: result.value } : result, settling)
  }

  #run({ id: seed, name, args, createdAt, trace }: RemoteCall): LocalMutationHandle<unknown> {
    const settling = this.#settling()
    const added = this.#add({ name, args, createdAt: Math.max(0, Math.floor(createdAt)), seed })
    if ('reason' in added) return this.#failed(seed, settling, added)
    const { mutation, result } = added
    if (!result.ok) return this.#failed(seed, settling, result.failure)
    this.#handles.set(seed, settling)
    if (trace !== undefined) this.#traces.set(seed, trace)
    this.#unsaved.push(settling)
    // In Node, queueMicrotask costs as much as a small statement.
    if (this.#unsaved.length === 1) void RESOLVED.then(() => this.save())
    // Who is told of it may look at queries.
    this.#owner.changed(ChangedRows.of(result.changes))
    this.#owner.tell({ type: 'mutated', id: seed, mutationID: mutation.mutationID, name })
    return this.#handle(seed, { ok: true, value: decodeData(result.value) }, settling)
  }

  /** Puts on disk what was called since: once a turn, so that all mutations of a turn share one write. */
  save(): void {
    const unsaved = this.#unsaved
    if (this.#closed || unsaved.length === 0) return
    this.#unsaved = []
    try {
      const flushed = this.#local.save()
      if (flushed === undefined) tellSaved(unsaved)
      else
        flushed.then(
          () => tellSaved(unsaved),
          (error) => tellNotSaved(unsaved, error),
        )
      this.#owner.saved(true)
    } catch (error) {
      tellNotSaved(unsaved, error)
      this.#owner.report(error)
      this.#owner.saved(false)
    }
  }

  /** Mutations up to this ID were sent, and cannot be taken back. */
  get sentMax(): number {
    return this.#sentMax
  }

  /** These, in the order of their IDs, are on the line now. */
  sent(mutations: readonly PendingMutation[]): void {
    this.#sentMax = Math.max(this.#sentMax, mutations.at(-1)?.mutationID ?? 0)
    for (const { seed } of mutations) this.#handles.get(seed)?.sent()
  }

  /** What goes with a mutation to the server, if its call is followed. */
  traceOf(seed: string): string | undefined {
    return this.#traces.get(seed)
  }

  /** So many of what was loaded were taken back: those after them have lower IDs now. */
  takenOver(count: number): void {
    this.#sentMax -= count
  }

  /** What is pending goes under new IDs, none of which was sent. */
  forked(): void {
    this.#sentMax = 0
  }

  settle({ mutation, outcome, diverged }: Settled): void {
    this.#owner.tell({ type: 'settled', id: mutation.seed, mutationID: mutation.mutationID, name: mutation.name, outcome })
    const handle = this.#handles.get(mutation.seed)
    this.#handles.delete(mutation.seed)
    this.#traces.delete(mutation.seed)
    handle?.settle(outcome.ok ? decodeOutcome(outcome.value, diverged) : outcome)
  }

  /** Saves what is not saved yet; nothing can be taken back from now on. */
  close(): void {
    this.save()
    this.#closed = true
  }

  #add(call: Omit<PendingMutation, 'mutationID'>): ReturnType<LocalState['add']> | MutationFailure {
    try {
      return this.#local.add(call)
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error
      this.#owner.failed(error)
      this.#owner.changed(undefined)
      return { reason: 'rejected', code: 'storage', message: `"${call.name}" was not made, and all else is kept. ${error.message}` }
    }
  }

  #fullQueue(): MutationFailure | undefined {
    if (this.#local.pendingCount < PENDING_MAX) return undefined
    const message = `${PENDING_MAX} mutations wait for the server. This one was not made; they are kept and sent when the server is reached.`
    return { reason: 'rejected', code: 'pending-full', message }
  }

  #settling(): Settling {
    return new Settling(this.#report)
  }

  /** Of a pending mutation that nobody may have asked for since it was loaded. */
  #settlingOf({ seed, mutationID }: PendingMutation): Settling {
    const known = this.#handles.get(seed)
    if (known !== undefined) return known
    const settling = this.#settling()
    settling.saved()
    if (mutationID <= this.#sentMax) settling.sent()
    this.#handles.set(seed, settling)
    return settling
  }

  #failed(seed: string, settling: Settling, failure: MutationFailure): LocalMutationHandle<unknown> {
    settling.saved()
    settling.settle({ ok: false, ...failure })
    return this.#handle(seed, { ok: false, ...failure }, settling)
  }

  #handle(id: string, local: LocalResult<unknown>, settling: Settling): LocalMutationHandle<unknown> {
    return new CallHandle(id, local, settling, this.#cancelCall)
  }

  #cancel(id: string): boolean {
    if (this.#closed) return false
    const mutation = this.#local.pending.find((pending) => pending.seed === id)
    if (mutation === undefined || mutation.mutationID <= this.#sentMax) return false
    const rebase = this.#withdraw(id)
    if (rebase === undefined) return false
    this.#handles.get(id)?.settle({ ok: false, reason: 'cancelled', code: 'cancelled', message: 'It was taken back before it was sent.' })
    this.#handles.delete(id)
    this.#traces.delete(id)
    this.#owner.withdrawn()
    this.#owner.changed(rebase.changed)
    return true
  }

  #withdraw(id: string): Rebase | undefined {
    try {
      return this.#local.cancel(id)
    } catch (error) {
      this.#owner.report(error)
      this.#owner.changed(undefined)
      return undefined
    }
  }
}

function tellSaved(unsaved: readonly Settling[]): void {
  for (const settling of unsaved) settling.saved()
}

function tellNotSaved(unsaved: readonly Settling[], error: unknown): void {
  for (const settling of unsaved) settling.notSaved(error)
}

function localResultOf({ value, withdrawn }: Prediction): LocalResult<unknown> {
  return withdrawn === undefined ? { ok: true, value: decodeData(value ?? '') } : { ok: false, ...withdrawn }
}

/** What the server sends was checked as a frame, but a value's own text only now. */
function decodeOutcome(value: string, diverged: boolean): ConfirmedResult<unknown> {
  try {
    return { ok: true, value: decodeData(value), diverged }
  } catch (error) {
    return {
      ok: false,
      reason: 'schema',
      code: 'invalid-result',
      message: `It was confirmed, but its value cannot be read: ${(error as Error).message}`,
    }
  }
}
