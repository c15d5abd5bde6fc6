import { encodeData } from '@savepoint/core'
import type { ConfirmedResult, LocalMutationHandle } from '../mutation-handle.ts'
import type { Fate } from '../pending/pending-mutation.ts'
import { type TabChannel, type TabWorld, tabNames } from './tab-world.ts'

type FateMessage =
  /** A tab that has just come. */
  { readonly type: 'what-is-known' } | { readonly type: 'known'; readonly fates: readonly (readonly [id: string, fate: Fate])[] }

/**
 * What became of calls that a stand-in took and that may be on the disk too: the leader before may have saved them, and been
 * stopped before it could say so. All tabs know it, so that whoever has the disk next does not send them again.
 */
export class CallFates {
  readonly #fates = new Map<string, Fate>()
  readonly #channel: TabChannel

  constructor(world: TabWorld, replica: string) {
    this.#channel = world.channel(tabNames.fates(replica))
    this.#channel.onmessage = ({ data }) => this.#heard(data as FateMessage)
    this.#post({ type: 'what-is-known' })
  }

  get all(): ReadonlyMap<string, Fate> {
    return this.#fates
  }

  /** Tells of each step of the call before its page hears of it, and before it is on the line. */
  follow(handle: LocalMutationHandle<unknown>): void {
    const { id, local } = handle
    const isSent = () => handle.phase === 'sent' && this.#learn(id, 'sent')
    if (!local.ok && handle.phase === 'rejected') return this.#learn(id, local)
    isSent()
    const end = handle.onPhase(isSent)
    void handle.confirmed.then((result) => {
      end()
      this.#learn(id, fateOf(result))
    })
  }

  close(): void {
    this.#channel.close()
  }

  #learn(id: string, fate: Fate): void {
    this.#fates.set(id, fate)
    this.#post({ type: 'known', fates: [[id, fate]] })
  }

  #heard(message: FateMessage): void {
    if (message.type === 'what-is-known') {
      if (this.#fates.size > 0) this.#post({ type: 'known', fates: [...this.#fates] })
      return
    }
    for (const [id, fate] of message.fates) {
      // Tabs answer in any order: an outcome is the last word.
      if (fate !== 'sent' || !this.#fates.has(id)) this.#fates.set(id, fate)
    }
  }

  #post(message: FateMessage): void {
    this.#channel.postMessage(message)
  }
}

function fateOf(result: ConfirmedResult<unknown>): Fate {
  if (result.ok) return { ok: true, value: encodeData(result.value) }
  if (result.reason === 'cancelled') return 'cancelled'
  return result
}
