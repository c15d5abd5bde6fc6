import type { MutationFailure, MutationHandle } from '@savepoint/client'
import { callAgain, callMutator, type HookClient } from './hook-client.ts'

interface StateOfCalls {
  /** Calls without an outcome. */
  readonly pendingCount: number
  /** How far the least advanced of them is; `confirmed` when none is left and the last was confirmed. */
  readonly phase: 'queued' | 'sent' | 'confirmed' | null
  /** When the oldest of them was made, in milliseconds since 1970. A clock that ticks should reckon with this. */
  readonly oldestPendingAt: number | null
  /** How long ago that is. It is reckoned when it is read, and its growing renders nothing. */
  readonly oldestPendingMs: number | null
  /** Makes the calls that failed again, with the same arguments, and forgets the failures. */
  retry(): readonly MutationHandle<unknown>[]
  /** Forgets the failures, here and in `client.mutations()`. */
  dismiss(): Promise<void>
}

/**
 * What has become of the calls of one `useMutator`. A failure stays until `retry`, `dismiss` or the next call; `useMutations`
 * keeps it longer.
 */
export type MutatorState = StateOfCalls &
  (
    | { readonly status: 'rejected'; readonly error: MutationFailure }
    | { readonly status: 'idle' | 'pending' | 'confirmed'; readonly error: MutationFailure | undefined }
  )

interface Call {
  readonly handle: MutationHandle<unknown>
  readonly args: readonly unknown[]
  readonly calledAt: number
  /** IDs of the failed calls that this one was made in place of. */
  readonly replaces: readonly string[]
}

interface FailedCall extends Call {
  readonly failure: MutationFailure
}

/** The calls that one component makes of one mutator, followed to their ends. It outlives the component as long as they need. */
export class MutatorCalls {
  readonly client: HookClient | undefined
  readonly name: string
  readonly #pending = new Set<Call>()
  readonly #listeners = new Set<() => void>()
  #failed: readonly FailedCall[] = []
  #lastIsConfirmed = false
  #state: MutatorState

  constructor(client: HookClient | undefined, name: string) {
    this.client = client
    this.name = name
    this.#state = this.#readState()
  }

  readonly call = (...args: readonly unknown[]): MutationHandle<unknown> => {
    const handle = callMutator(this.#opened(), this.name, args)
    this.#failed = []
    this.#follow({ handle, args, calledAt: Date.now(), replaces: [] })
    return handle
  }

  readonly retry = (): readonly MutationHandle<unknown>[] => {
    const failed = this.#failed
    const handles = failed.map(({ handle: before, args, replaces: earlier }) => {
      const replaces = [...earlier, before.id]
      const handle = callAgain(this.#opened(), this.name, args, replaces)
      this.#follow({ handle, args, calledAt: Date.now(), replaces })
      return handle
    })
    this.#failed = this.#failed.filter((call) => !failed.includes(call))
    this.#changed()
    return handles
  }

  readonly dismiss = async (): Promise<void> => {
    const ids = this.#failed.flatMap(({ handle, replaces }) => [...replaces, handle.id])
    this.#failed = []
    this.#changed()
    for (const id of ids) await this.#opened().dismiss(id)
  }

  readonly read = (): MutatorState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    const entry = () => listener()
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  #follow(call: Call): void {
    const { handle } = call
    this.#pending.add(call)
    const end = handle.onPhase(() => this.#changed())
    handle.confirmed.then((result) => {
      end()
      this.#pending.delete(call)
      this.#lastIsConfirmed = result.ok
      // Who takes a call back knows of it.
      if (!result.ok && result.reason !== 'cancelled') this.#failed = [...this.#failed, { ...call, failure: result }]
      this.#changed()
    })
    this.#changed()
  }

  #changed(): void {
    this.#state = this.#readState()
    for (const listener of [...this.#listeners]) listener()
  }

  #readState(): MutatorState {
    const [oldest] = this.#pending
    const oldestPendingAt = oldest?.calledAt ?? null
    const common = {
      pendingCount: this.#pending.size,
      phase: this.#readPhase(),
      oldestPendingAt,
      get oldestPendingMs() {
        return oldestPendingAt === null ? null : Math.max(0, Date.now() - oldestPendingAt)
      },
      retry: this.retry,
      dismiss: this.dismiss,
    }
    const error = this.#failed.at(-1)?.failure
    if (oldest !== undefined) return Object.assign(common, { status: 'pending' as const, error })
    if (error !== undefined) return Object.assign(common, { status: 'rejected' as const, error })
    return Object.assign(common, { status: this.#lastIsConfirmed ? ('confirmed' as const) : ('idle' as const), error })
  }

  #readPhase(): MutatorState['phase'] {
    if (this.#pending.size === 0) return this.#lastIsConfirmed ? 'confirmed' : null
    return [...this.#pending].some(({ handle }) => handle.phase === 'queued') ? 'queued' : 'sent'
  }

  #opened(): HookClient {
    if (this.client === undefined) throw new Error(`"${this.name}" was not called: the client is not open yet. Nothing was done.`)
    return this.client
  }
}
