import type { StorageInfo } from '../storage.ts'
import type { HostMessage, PageMessage } from './protocol.ts'
import { type TabCall, type TabChannel, type TabWorld, tabNames } from './tab-world.ts'

/** How often a tab looks whether it has heard of its leader. */
const TICK_MS = 300

/** A leader that answers none of so many calls, a tick apart, is taken for frozen: 1.2 to 1.5 s. */
const UNANSWERED_CALLS_MAX = 3

/** Where a leader was busy and not frozen, all wait for longer, up to this. */
const PATIENCE_MS_MAX = 30_000

/** What goes through the pipe between a leader and one tab. */
export type PipeMessage =
  | { readonly type: 'joined'; readonly storage: StorageInfo }
  | { readonly type: 'tell'; readonly messages: readonly PageMessage[] }
  | { readonly type: 'told'; readonly messages: readonly HostMessage[] }

interface FollowerOptions {
  readonly world: TabWorld
  readonly replica: string
  readonly tab: string
  /** Why silence lasts longer before it counts: milliseconds. */
  readonly patienceMs: number
  /** A leader hears this tab from now on, under this name. */
  joined(host: string, storage: StorageInfo): void
  told(host: string, messages: readonly HostMessage[]): void
  /** The leader does not answer, and holds the lock. */
  silent(): void
}

interface Pipe {
  readonly name: string
  readonly channel: TabChannel
  isJoined: boolean
}

/** A tab that does not lead: it finds out who does, passes on what its page says, and notices when nobody answers. */
export class Follower {
  readonly #options: FollowerOptions
  readonly #calls: TabChannel
  #patienceMs: number
  #leader: string | undefined
  #pipe: Pipe | undefined
  /** To the leader before, until the new one has joined: what it said last may still be on the way. */
  #lastPipe: Pipe | undefined
  #heard = false
  #unanswered = 0
  #suspect: string | undefined
  #cancelTick = () => {}
  #isOver = false

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#patienceMs = options.patienceMs
    this.#calls = options.world.channel(tabNames.calls(options.replica))
    this.#calls.onmessage = ({ data }) => this.#called(data as TabCall)
    this.#call({ type: 'who-leads' })
    this.#tick()
  }

  get patienceMs(): number {
    return this.#patienceMs
  }

  tell(host: string, messages: readonly PageMessage[]): void {
    if (this.#pipe?.name === host) this.#pipe.channel.postMessage({ type: 'tell', messages } satisfies PipeMessage)
  }

  /** Follows no more, and passes on only what the leader has said already. */
  retire(): void {
    this.#isOver = true
    this.#cancelTick()
    this.#calls.close()
  }

  end(): void {
    this.retire()
    this.#lastPipe?.channel.close()
    this.#pipe?.channel.close()
  }

  #call(message: TabCall): void {
    this.#calls.postMessage(message)
  }

  #called(message: TabCall): void {
    if (message.type === 'was-busy') this.#patienceMs = Math.min(PATIENCE_MS_MAX, Math.max(this.#patienceMs, 2 * message.ms))
    if (message.type !== 'leads') return
    this.#heard = true
    if (!message.isOpen || (message.leader === this.#leader && this.#pipe?.isJoined)) return
    this.#join(message.leader)
  }

  #join(leader: string): void {
    const { world, replica, tab, joined, told } = this.#options
    if (this.#leader === leader && this.#pipe !== undefined) return this.#call({ type: 'join', leader, tab, pipe: this.#pipe.name })
    if (this.#pipe?.isJoined) {
      this.#lastPipe?.channel.close()
      this.#lastPipe = this.#pipe
    } else this.#pipe?.channel.close()
    this.#leader = leader
    const name = world.scheduler.id()
    const pipe = { name, channel: world.channel(tabNames.pipe(replica, name)), isJoined: false }
    this.#pipe = pipe
    pipe.channel.onmessage = ({ data }) => {
      if (this.#pipe === pipe) this.#heard = true
      const message = data as PipeMessage
      if (message.type === 'told') told(name, message.messages)
      else if (message.type === 'joined' && !pipe.isJoined) {
        pipe.isJoined = true
        this.#lastPipe?.channel.close()
        joined(name, message.storage)
      }
    }
    this.#call({ type: 'join', leader, tab, pipe: name })
  }

  /** Counted in calls, not in time: one who was asleep asks first. */
  #tick(): void {
    this.#cancelTick = this.#options.world.scheduler.after(TICK_MS, () => {
      if (this.#heard) {
        this.#heard = false
        this.#unanswered = 0
      } else void this.#askAgain()
      this.#tick()
    })
  }

  async #askAgain(): Promise<void> {
    const calls = Math.max(UNANSWERED_CALLS_MAX, Math.ceil(this.#patienceMs / TICK_MS))
    const first = this.#unanswered === 0
    if (this.#unanswered++ < calls) this.#call({ type: 'who-leads' })
    const isDue = this.#unanswered > calls
    if (!first && !isDue) return
    // The lock may have gone to another tab meanwhile: only who was silent all the time is robbed.
    const holder = await this.#whoHolds()
    if (this.#isOver || this.#heard) return
    if (first) this.#suspect = holder
    else if (holder === undefined || holder !== this.#suspect) this.#unanswered = 0
    else this.#options.silent()
  }

  async #whoHolds(): Promise<string | undefined> {
    const { world, replica } = this.#options
    return (await world.locks?.query())?.held?.find(({ name }) => name === tabNames.lock(replica))?.clientId
  }
}
