import type { RemoteCall } from '../mutation-calls.ts'
import { CallHandle, type ConfirmedResult, type LocalResult, type MutationHandle, Settling } from '../mutation-handle.ts'
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
  /** Where the host had its storage that was told of it last. */
  #toldTo: StorageInfo['kind'] | undefined
  /** The same, if it is not known what that host made of it. */
  #doubt: StorageInfo['kind'] | undefined

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
    return new CallHandle(this.#call.id, this.#local, this.#settling, cancel)
  }

  /** True if a host is known to have it for good, or to have sent it. */
  get isKept(): boolean {
    return this.#isSent || (this.#savedIn !== undefined && this.#savedIn !== 'memory')
  }

  /**
   * What a host has to be told of it. The whole, if no other can have sent it, or that other was on the same disk: then the
   * host knows it by its id. Nothing, if it may be on the disk that this host has not.
   *
   * @param kind of the host's storage
   */
  tell(kind: StorageInfo['kind']): RemoteCall | { readonly id: string } | undefined {
    if (this.isKept || this.#doubt === 'memory') return { id: this.#call.id }
    if (this.#doubt !== undefined && kind === 'memory') return undefined
    this.#toldTo = kind
    return this.#call
  }

  /** The way to the host was cut: it may have sent the call, and said so in vain. While it holds, a host says it before it sends. */
  cut(): void {
    if (!this.isKept) this.#doubt ??= this.#toldTo
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
    if (kind === 'memory' && (this.#savedIn ?? this.#doubt) !== 'memory') return false
    this.settle({ ok: false, ...OUTCOME_UNKNOWN })
    return true
  }
}
