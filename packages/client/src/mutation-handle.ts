import type { MutationFailure } from '@savepoint/core'
import { Listeners } from './listeners.ts'

/** A value, or a promise of it: what is at hand where the replica runs, and comes by message elsewhere. Await it. */
export type Awaitable<T> = T | Promise<T>

/** What the first run on this client did. */
export type LocalResult<R> = { readonly ok: true; readonly value: R } | ({ readonly ok: false } & MutationFailure)

/**
 * What the server made of it. `diverged` is true if the value, or the rows that it touched, came out otherwise than this
 * client had predicted last, with all that it had heard of until then.
 */
export type ConfirmedResult<R> =
  | { readonly ok: true; readonly value: R; readonly diverged: boolean }
  | ({ readonly ok: false } & MutationFailure)

/** Where a mutation is on its way: here, on the line or at the server, or at its end. */
export type MutationPhase = 'queued' | 'sent' | 'confirmed' | 'rejected'

/** A mutation that was refused, as an error, for those who prefer to catch. */
export class MutationFailed extends Error {
  override readonly name = 'MutationFailed'
  readonly reason: MutationFailure['reason']
  readonly code: string
  readonly failure: MutationFailure
  constructor(failure: MutationFailure) {
    super(failure.message)
    this.reason = failure.reason
    this.code = failure.code
    this.failure = failure
  }
}

/** A promise of the outcome. It never rejects; `unwrap` does, with {@link MutationFailed}. */
export interface Confirmation<R> extends Promise<ConfirmedResult<R>> {
  unwrap(): Promise<R>
}

/** One call of a mutator. Its effect is visible to every query that is asked after the call. */
export interface MutationHandle<R> {
  /** Names the mutation for good, across reloads: what `client.mutations()` lists it under. */
  readonly id: string
  /** The first run's value, or why it failed; a mutation that fails here is not sent. */
  readonly local: Awaitable<LocalResult<R>>
  /**
   * Resolves when the mutation would survive a crash of this client; rejects if it cannot be saved (it is still sent). In memory,
   * where nothing survives, it resolves when the replica has it: `client.storage` tells.
   */
  readonly durable: Promise<void>
  /** Resolves when the server has processed it and this client's queries show the result. Survives offline stretches. */
  readonly confirmed: Confirmation<R>
  readonly phase: MutationPhase
  /** Calls `listener` after each change of `phase`. Returns what ends it. */
  onPhase(listener: () => void): () => void
  /** Takes it back if it was never sent. True if it was taken back: `confirmed` then says `cancelled`. */
  cancel(): Awaitable<boolean>
}

/** A call on a replica in this very process: the first run has ended when the call returns. */
export interface LocalMutationHandle<R> extends MutationHandle<R> {
  readonly local: LocalResult<R>
  cancel(): boolean
}

type End<T> = { readonly value: T } | { readonly error: unknown }

/** A promise that is made when somebody asks for it, before it ends or after: most calls are not waited for. */
class Later<T> {
  #end: End<T> | undefined
  #promise: Promise<T> | undefined
  #tell: ((end: End<T>) => void) | undefined

  get promise(): Promise<T> {
    this.#promise ??= new Promise<T>((resolve, reject) => {
      this.#tell = (end) => ('value' in end ? resolve(end.value) : reject(end.error))
      if (this.#end !== undefined) this.#tell(this.#end)
    })
    return this.#promise
  }

  /** Only the first end counts. */
  end(end: End<T>): void {
    this.#end ??= end
    this.#tell?.(this.#end)
  }
}

/** The promises and the phase of a handle, and what moves them. */
export class Settling {
  phase: MutationPhase = 'queued'
  readonly #durable = new Later<void>()
  readonly #confirmed = new Later<ConfirmedResult<unknown>>()
  readonly #report: (error: unknown) => void
  #listeners: Listeners | undefined
  #confirmation: Confirmation<unknown> | undefined

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  get durable(): Promise<void> {
    const { promise } = this.#durable
    // An app that does not wait for it is not to be stopped by it.
    promise.catch(() => {})
    return promise
  }

  get confirmed(): Confirmation<unknown> {
    const { promise } = this.#confirmed
    this.#confirmation ??= Object.assign(promise, { unwrap: () => promise.then(unwrap) })
    return this.#confirmation
  }

  saved(): void {
    this.#durable.end({ value: undefined })
  }

  notSaved(error: unknown): void {
    this.#durable.end({ error })
  }

  sent(): void {
    if (this.phase === 'queued') this.#move('sent')
  }

  settle(result: ConfirmedResult<unknown>): void {
    this.#confirmed.end({ value: result })
    this.#move(result.ok ? 'confirmed' : 'rejected')
  }

  onPhase(listener: () => void): () => void {
    this.#listeners ??= new Listeners()
    return this.#listeners.add(listener)
  }

  #move(phase: MutationPhase): void {
    this.phase = phase
    this.#listeners?.tell(this.#report)
  }
}

/** What an app holds of a call. */
export class CallHandle<Local extends Awaitable<LocalResult<unknown>>, Cancelled extends Awaitable<boolean>>
  implements MutationHandle<unknown>
{
  readonly id: string
  readonly local: Local
  readonly #settling: Settling
  readonly #cancel: (id: string) => Cancelled

  constructor(id: string, local: Local, settling: Settling, cancel: (id: string) => Cancelled) {
    this.id = id
    this.local = local
    this.#settling = settling
    this.#cancel = cancel
  }

  get durable(): Promise<void> {
    return this.#settling.durable
  }

  get confirmed(): Confirmation<unknown> {
    return this.#settling.confirmed
  }

  get phase(): MutationPhase {
    return this.#settling.phase
  }

  // Functions that are their own: `onClick={handle.cancel}` is to work.
  get onPhase(): (listener: () => void) => () => void {
    return (listener) => this.#settling.onPhase(listener)
  }

  get cancel(): () => Cancelled {
    return () => this.#cancel(this.id)
  }
}

function unwrap(result: ConfirmedResult<unknown>): unknown {
  if (result.ok) return result.value
  throw new MutationFailed(result)
}
