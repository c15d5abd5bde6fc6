import type { RemoteCall } from '../mutation-calls.ts'
import { type ConfirmedResult, type LocalResult, type MutationHandle, Settling } from '../mutation-handle.ts'
import { OUTCOME_UNKNOWN } from '../pending/pending-mutation.ts'
import type { StorageInfo } from '../storage.ts'

/** A call as its page keeps it until its outcome is known, so that it can be handed to another host. */
export class PageCall {
  readonly #call: RemoteCall
  readonly #settling: Settling
  readonly #local: Promise<LocalResult<unknown>>
  #resolveLocal: (result: LocalResult<unknown>) => void = () => {}
  /** Where it was saved; undefined before it was. */
  #savedIn: StorageInfo['kind'] | undefined
  #isSent = false

  constructor(call: RemoteCall, report: (error: unknown) => void) {
    this.#call = call
    this.#settling = new Settling(report)
    this.#local = new Promise((resolve) => {
      this.#resolveLocal = resolve
    })
  }

  get durable(): Promise<void> {
    return this.#settling.durable
  }

  handle(cancel: () => Promise<boolean>): MutationHandle<unknown> {
    const settling = this.#settling
    const { durable, confirmed } = settling
    return {
      id: this.#call.id,
      local: this.#local,
      durable,
      confirmed,
      get phase() {
        return settling.phase
      },
      onPhase: (listener) => settling.onPhase(listener),
      cancel,
    }
  }

  /**
   * What a new host has to be told of it. Whole if the last host cannot have sent it, and nobody else keeps it: the new one
   * may know it all the same, and tells by the id.
   */
  again(): RemoteCall | { readonly id: string } {
    const isKept = this.#savedIn !== undefined && this.#savedIn !== 'memory'
    return this.#isSent || isKept ? { id: this.#call.id } : this.#call
  }

  ran(result: LocalResult<unknown>): void {
    this.#resolveLocal(result)
  }

  saved(kind: StorageInfo['kind']): void {
    this.#savedIn = kind
    this.#settling.saved()
  }

  notSaved(error: Error): void {
    this.#settling.notSaved(error)
  }

  sent(kind: StorageInfo['kind']): void {
    this.#isSent = true
    this.#savedIn ??= kind
    this.#settling.sent()
  }

  settle(result: ConfirmedResult<unknown>): void {
    this.#resolveLocal(result.ok ? { ok: true, value: result.value } : result)
    this.#settling.saved()
    this.#settling.settle(result)
  }

  /**
   * A host does not know it. One that has no disk now may get it back, and with it what is kept there.
   * @returns true if the call has ended with that
   */
  isUnknown(kind: StorageInfo['kind']): boolean {
    if (kind === 'memory' && this.#savedIn !== 'memory') return false
    this.settle({ ok: false, ...OUTCOME_UNKNOWN })
    return true
  }
}
