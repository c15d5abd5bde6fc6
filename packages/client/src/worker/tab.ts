import type { StorageInfo } from '../storage.ts'
import { CallFates } from './call-fates.ts'
import { packError } from './crossing-error.ts'
import { Follower } from './follower.ts'
import { Leader, type ReplicaMaker } from './leader.ts'
import { Lease } from './lease.ts'
import type { FromWorker, HostMessage, ReplicaRequest, ToWorker } from './protocol.ts'
import { type TabCall, type TabLocks, type TabWorld, tabNames } from './tab-world.ts'

/** Who was silent for longer was not busy but frozen, and says nothing of how patient others should be. */
const BUSY_MS_MAX = 15_000

interface TabOptions {
  readonly world: TabWorld
  readonly maker: ReplicaMaker
  toPage(message: FromWorker): void
}

/** A tab's worker: it leads if it has the replica's lock, and else passes on what its page says to the tab that does. */
export class Tab {
  readonly #options: TabOptions
  readonly #id: string
  #request: ReplicaRequest | undefined
  #fates: CallFates | undefined
  #leader: Leader | undefined
  #follower: Follower | undefined
  #wait: AbortController | undefined
  #patienceMs = 0
  #isClosed = false
  #letGo: () => void = () => {}

  constructor(options: TabOptions) {
    this.#options = options
    this.#id = options.world.scheduler.id()
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'open':
        this.#request = message.request
        return void this.#open(message.request)
      case 'tell':
        this.#leader?.tell(message.host, message.messages)
        this.#follower?.tell(message.host, message.messages)
        return
      case 'ping':
        return this.#options.toPage({ type: 'pong' })
      case 'close':
        return void this.#close()
    }
  }

  async #open(request: ReplicaRequest): Promise<void> {
    const { world, toPage } = this.#options
    this.#fates = new CallFates(world, request.name)
    if (world.locks !== undefined) {
      const lock = tabNames.tabLock(request.name, this.#id)
      await this.#hold(lock, world.locks)
      toPage({ type: 'alive', lock })
    }
    this.#seek(request)
  }

  /** Held for as long as this worker lives, so that its page and its leader hear of its end. */
  #hold(lock: string, locks: TabLocks): Promise<void> {
    return new Promise((resolve) => {
      const hold = () => {
        resolve()
        return new Promise<void>((end) => {
          this.#letGo = end
        })
      }
      locks.request(lock, {}, hold).catch(() => {})
    })
  }

  /** Follows whoever leads, and waits for its turn. */
  #seek(request: ReplicaRequest): void {
    if (this.#isClosed) return
    const { world } = this.#options
    if (world.locks !== undefined) {
      this.#follower = new Follower({
        world,
        replica: request.name,
        tab: this.#id,
        patienceMs: this.#patienceMs,
        ...this.#ownPage(),
        silent: () => void this.#takeLock(request, true),
      })
    }
    void this.#takeLock(request, false)
  }

  async #takeLock(request: ReplicaRequest, steal: boolean): Promise<void> {
    this.#wait?.abort()
    const wait = new AbortController()
    this.#wait = wait
    let leader: Leader | undefined
    const lost = (silentMs: number) => leader !== undefined && void this.#lost(request, leader, silentMs)
    const { world, maker } = this.#options
    const lease = await Lease.take({ world, lock: tabNames.lock(request.name), lost }, { steal, signal: wait.signal })
    if (lease === undefined) return
    if (this.#isClosed || wait.signal.aborted) return lease.end()
    this.#follower?.retire()
    const failed = (error: unknown) => void this.#failed(error)
    const fates = this.#fates
    if (fates === undefined) return lease.end()
    leader = new Leader({ world, request, maker, lease, fates, hasRobbed: steal, ...this.#ownPage(), failed })
    this.#leader = leader
    await leader.open()
  }

  #ownPage() {
    const { toPage } = this.#options
    return {
      joined: (host: string, storage: StorageInfo) => {
        if (this.#leader !== undefined) this.#unfollow()
        toPage({ type: 'host', host, storage })
      },
      told: (host: string, messages: readonly HostMessage[]) => toPage({ type: 'told', host, messages }),
    }
  }

  async #lost(request: ReplicaRequest, leader: Leader, silentMs: number): Promise<void> {
    if (this.#leader !== leader) return
    this.#leader = undefined
    this.#unfollow()
    await leader.end({ isLost: true })
    if (silentMs < BUSY_MS_MAX) this.#sayBusy(request, silentMs)
    this.#seek(request)
  }

  #sayBusy(request: ReplicaRequest, ms: number): void {
    const calls = this.#options.world.channel(tabNames.calls(request.name))
    calls.postMessage({ type: 'was-busy', ms } satisfies TabCall)
    calls.close()
  }

  /** Another tab may fare better: the lock is let go. */
  async #failed(error: unknown): Promise<void> {
    const leader = this.#leader
    this.#leader = undefined
    this.#unfollow()
    await leader?.end({ isLost: false })
    this.#options.toPage({ type: 'failed', error: packError(error) })
  }

  #unfollow(): void {
    if (this.#follower !== undefined) this.#patienceMs = this.#follower.patienceMs
    this.#follower?.end()
    this.#follower = undefined
  }

  async #close(): Promise<void> {
    this.#isClosed = true
    this.#wait?.abort()
    this.#unfollow()
    await this.#leader?.end({ isLost: false })
    this.#leader = undefined
    this.#fates?.close()
    this.#letGo()
    this.#options.toPage({ type: 'closed' })
  }
}
