import { type BrowserStorage, StorageInUse } from '../browser-storage/browser-storage.ts'
import type { Client } from '../client.ts'
import type { Transport } from '../connection/transport.ts'
import type { LocalMutationHandle } from '../mutation-handle.ts'
import type { SettledMutation } from '../pending/pending-mutation.ts'
import type { StorageInfo } from '../storage.ts'
import type { CallFates } from './call-fates.ts'
import { fencedTransport } from './fenced-transport.ts'
import type { PipeMessage } from './follower.ts'
import type { Lease } from './lease.ts'
import type { PageSession } from './page-session.ts'
import type { HostMessage, PageMessage, ReplicaRequest } from './protocol.ts'
import { type HostHooks, ReplicaHost } from './replica-host.ts'
import { type TabCall, type TabChannel, type TabWorld, tabNames } from './tab-world.ts'

/** Files of a tab that has ended are free within this; of one that is frozen, they are not. */
const HELD_MS_MAX = 2500

/** The same, where the tab was found to be silent. */
const HELD_BY_SILENT_MS_MAX = 300

/** How often a leader without its files tries to have them. */
const TRY_AGAIN_AFTER_MS = 2000

/** How often a leader looks whether its files are there: a browser deletes an origin's data without a word. */
const LOOK_AGAIN_AFTER_MS = 2000

const DELETED =
  "The browser has deleted this origin's data, the replica's files with it. What is pending is kept in memory, and the files are begun anew once it is sent."

/** What a leader is made of. */
export interface ReplicaMaker {
  /** @throws (rejects) StorageInUse if another tab holds the files; the signal's reason; Error if it cannot be had as requested. */
  openStorage(request: ReplicaRequest, signal: AbortSignal): Promise<BrowserStorage>
  /** Memory, for as long as the files cannot be had. */
  openStandIn(request: ReplicaRequest, why: string): Promise<BrowserStorage>
  /** @param fence goes around the transport */
  makeClient(request: ReplicaRequest, storage: BrowserStorage, hooks: HostHooks, fence: (transport: Transport) => Transport): Client
}

interface LeaderOptions {
  readonly world: TabWorld
  readonly request: ReplicaRequest
  readonly maker: ReplicaMaker
  readonly lease: Lease
  readonly fates: CallFates
  /** True if the lock was taken from a tab that was silent. */
  readonly hasRobbed: boolean
  /** The page of this tab: a host hears it from now on, under this name. */
  joined(host: string, storage: StorageInfo): void
  told(host: string, messages: readonly HostMessage[]): void
  failed(error: unknown): void
}

interface Joined {
  readonly pipe: string
  readonly post: (message: PipeMessage) => void
  readonly session: PageSession
  readonly leave: () => void
}

/** The tab that leads: it has the replica, and serves its own page and all other tabs. */
export class Leader {
  readonly #options: LeaderOptions
  /** A new one with each replica that is opened, so that tabs know that they have to join again. */
  #id: string
  readonly #calls: TabChannel
  readonly #tabs = new Map<string, Joined>()
  readonly #ended = new AbortController()
  #host: ReplicaHost | undefined
  #storage: BrowserStorage | undefined
  /** What became of the storage that the replica was opened on. */
  #loss: StorageInfo | undefined
  /** Calls that a stand-in was told of by pages which had told a leader before: they may be on the disk. */
  #doubted: Set<string> | undefined
  #own: { readonly name: string; readonly session: PageSession } | undefined
  #cancelRetry = () => {}

  constructor(options: LeaderOptions) {
    this.#options = options
    this.#id = options.world.scheduler.id()
    this.#calls = options.world.channel(tabNames.calls(options.request.name))
    this.#calls.onmessage = ({ data }) => this.#called(data as TabCall)
    this.#announce()
  }

  /** Opens the replica. Who is not to wait for files that are held gets a stand-in, until they can be had. */
  async open(): Promise<void> {
    const { request, maker, failed } = this.#options
    try {
      const storage = await this.#openStorage()
      if (this.#ended.signal.aborted) return storage?.release()
      if (storage !== undefined) return this.#serve(storage, [])
      const why =
        'Another tab holds the files, and does not answer. They are taken up again when it lets go; until then, changes are kept in memory.'
      const standIn = await maker.openStandIn(request, why)
      if (this.#ended.signal.aborted) return standIn.release()
      this.#doubted = new Set()
      this.#serve(standIn)
      this.#tryAgainLater()
    } catch (error) {
      if (!this.#ended.signal.aborted) failed(error)
    }
  }

  tell(host: string, messages: readonly PageMessage[]): void {
    const own = this.#own
    if (own?.name === host) this.#receive(own.session, messages)
  }

  /** Lets go of everything. Who has lost the lock closes the files first: nothing is written any more. */
  async end({ isLost }: { isLost: boolean }): Promise<void> {
    this.#ended.abort()
    this.#cancelRetry()
    this.#calls.close()
    if (isLost) this.#storage?.release()
    await this.#close()
    this.#options.lease.end()
  }

  /** Undefined if the files are held. */
  async #openStorage(): Promise<BrowserStorage | undefined> {
    const { world, request, maker, hasRobbed } = this.#options
    const limit = new AbortController()
    const isRequired = request.storage === 'disk'
    const cancel = isRequired ? () => {} : world.scheduler.after(hasRobbed ? HELD_BY_SILENT_MS_MAX : HELD_MS_MAX, () => limit.abort())
    const stop = () => limit.abort()
    this.#ended.signal.addEventListener('abort', stop)
    try {
      for (;;) {
        try {
          return await maker.openStorage(request, limit.signal)
        } catch (error) {
          if (!limit.signal.aborted && !(error instanceof StorageInUse)) throw error
          if (!isRequired || this.#ended.signal.aborted) return undefined
        }
      }
    } finally {
      cancel()
      this.#ended.signal.removeEventListener('abort', stop)
    }
  }

  /** @param outcomes what a stand-in hands over to the disk; undefined if the storage is one */
  #serve(storage: BrowserStorage, outcomes?: readonly SettledMutation[]): void {
    const { world, request, maker, lease, fates } = this.#options
    const followed = (handle: LocalMutationHandle<unknown>) => {
      if (this.#doubted?.has(handle.id)) fates.follow(handle)
    }
    try {
      const host: ReplicaHost = new ReplicaHost(
        (hooks) => maker.makeClient(request, storage, hooks, (transport) => fencedTransport(transport, lease, () => host.flush())),
        world.scheduler,
        lease,
        followed,
      )
      if (outcomes !== undefined) host.client.takeOver(outcomes, fates.all)
      this.#host = host
      this.#storage = storage
      this.#loss = undefined
    } catch (error) {
      storage.release()
      throw error
    }
    this.#id = world.scheduler.id()
    this.#serveOwnPage(this.#host)
    this.#announce()
    this.#watchFiles(this.#host, storage)
  }

  #watchFiles(host: ReplicaHost, storage: BrowserStorage): void {
    if (storage.isThere === undefined) return
    this.#cancelRetry = this.#options.world.scheduler.after(LOOK_AGAIN_AFTER_MS, async () => {
      const isThere = await storage.isThere?.().catch(() => true)
      if (this.#host !== host) return
      if (isThere) this.#watchFiles(host, storage)
      else this.#lostFiles(host)
    })
  }

  /** The replica lives on in memory: a stand-in for the files, of which all pages are told. */
  #lostFiles(host: ReplicaHost): void {
    this.#loss = { kind: 'memory', why: DELETED }
    const before = this.#own
    for (const { leave } of [...this.#tabs.values()]) leave()
    this.#id = this.#options.world.scheduler.id()
    this.#serveOwnPage(host)
    if (before !== undefined) host.leave(before.session)
    this.#announce()
    this.#tryAgainLater()
  }

  #info(host: ReplicaHost): StorageInfo {
    return this.#loss ?? host.client.storage
  }

  #serveOwnPage(host: ReplicaHost): void {
    const { world, joined, told } = this.#options
    const name = world.scheduler.id()
    this.#own = { name, session: host.join((messages) => told(name, messages)) }
    joined(name, this.#info(host))
  }

  #receive(session: PageSession, messages: readonly PageMessage[]): void {
    for (const message of messages) {
      if (message.type === 'attach') for (const call of message.page.calls) if ('args' in call) this.#doubted?.add(call.id)
      this.#options.lease.guard(() => session.receive(message))
    }
    // What is on screen does not wait for the disk.
    this.#host?.flush()
  }

  #announce(): void {
    this.#calls.postMessage({ type: 'leads', leader: this.#id, isOpen: this.#host !== undefined } satisfies TabCall)
  }

  #called(message: TabCall): void {
    if (message.type === 'who-leads') this.#announce()
    else if (message.type === 'join' && message.leader === this.#id) this.#join(message.tab, message.pipe)
  }

  #join(tab: string, pipe: string): void {
    const host = this.#host
    if (host === undefined) return
    const { world, request } = this.#options
    const known = this.#tabs.get(tab)
    // A tab that has not heard the answer yet asks again.
    if (known?.pipe === pipe) return known.post({ type: 'joined', storage: this.#info(host) })
    known?.leave()
    const channel = world.channel(tabNames.pipe(request.name, pipe))
    const post = (message: PipeMessage) => channel.postMessage(message)
    const session = host.join((messages) => post({ type: 'told', messages }))
    const gone = new AbortController()
    const leave = () => {
      if (this.#tabs.get(tab)?.session !== session) return
      this.#tabs.delete(tab)
      gone.abort()
      host.leave(session)
      channel.close()
    }
    this.#tabs.set(tab, { pipe, post, session, leave })
    channel.onmessage = ({ data }) => {
      const message = data as PipeMessage
      if (message.type === 'tell') this.#receive(session, message.messages)
    }
    // A tab holds a lock of its own for as long as it lives.
    world.locks?.request(tabNames.tabLock(request.name, tab), { signal: gone.signal }, async () => leave()).catch(() => {})
    post({ type: 'joined', storage: this.#info(host) })
  }

  #tryAgainLater(): void {
    this.#cancelRetry = this.#options.world.scheduler.after(TRY_AGAIN_AFTER_MS, () => void this.#tryAgain())
  }

  /** What the stand-in has to send would be lost with it: it stays for as long as something is pending. */
  async #tryAgain(): Promise<void> {
    const host = this.#host
    if (host === undefined) return
    const storage = host.client.status.pending === 0 ? await this.#openStorage().catch(() => undefined) : undefined
    if (this.#ended.signal.aborted || storage === undefined || host.client.status.pending > 0) {
      storage?.release()
      if (!this.#ended.signal.aborted) this.#tryAgainLater()
      return
    }
    const outcomes = host.client.handOver()
    await this.#close()
    if (this.#ended.signal.aborted) return storage.release()
    this.#doubted = undefined
    try {
      this.#serve(storage, outcomes)
    } catch (error) {
      this.#options.failed(error)
    }
  }

  async #close(): Promise<void> {
    const [host, storage] = [this.#host, this.#storage]
    this.#host = undefined
    this.#storage = undefined
    this.#own = undefined
    for (const { leave } of [...this.#tabs.values()]) leave()
    await host?.close()
    storage?.release()
  }
}
