import { MemoryFile } from '@savepoint/sqlite/wa-sqlite'
import { type BrowserStorage, StorageInUse } from '../browser-storage/browser-storage.ts'
import { FILE_NAMES, FileStorage } from '../browser-storage/file-storage.ts'
import type { CallTracing } from '../call-tracing.ts'
import { Client } from '../client.ts'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import type { ReplicaMaker } from '../worker/leader.ts'
import { PageClient } from '../worker/page-client.ts'
import type { FromWorker, ToWorker } from '../worker/protocol.ts'
import { Tab } from '../worker/tab.ts'
import { Disk } from './failing-driver.contract.ts'
import { type Context, Origin } from './origin.contract.ts'
import { Room } from './room.contract.ts'
import { shopMutators, shopSchema } from './shop.contract.ts'
import { VirtualScheduler } from './virtual-scheduler.contract.ts'

type ShopMutators = (typeof shopMutators)['definitions']

const module = await loadWaSqlite()
const REQUEST = { name: 'replica', url: 'http://room', room: 'room' } as const

/** How long files and engine take to open: milliseconds. */
const OPEN_MS = 50

/** A page and its worker. The page lives for as long as its tab is open; its worker may end before it. */
export class TestTab {
  readonly page: PageClient<ShopMutators>
  worker!: Context
  readonly #browser: TestBrowser
  #closed: () => void = () => {}
  #post: (message: ToWorker) => void = () => {}

  constructor(browser: TestBrowser, tracing?: CallTracing) {
    this.#browser = browser
    const { scheduler } = browser
    this.page = new PageClient<ShopMutators>(
      {
        tell: (host, messages) => this.#post({ type: 'tell', host, messages }),
        retry() {},
        close: async () => {
          if (this.worker.isDead) return
          this.#post({ type: 'close' })
          await new Promise<void>((resolve) => {
            this.#closed = resolve
          })
        },
      },
      { now: () => scheduler.now(), id: () => scheduler.id(), isStarted: true, tracing },
    )
    this.startWorker()
  }

  startWorker(): void {
    const { origin, scheduler } = this.#browser
    const worker = origin.open()
    this.worker = worker
    const toPage = (message: FromWorker) => {
      if (worker.isStopped) return
      const copy = structuredClone(message)
      scheduler.soon(() => {
        if (this.worker !== worker || worker.isDead) return
        if (copy.type === 'host') this.page.hosted(copy.host, copy.storage)
        else if (copy.type === 'told') this.page.told(copy.host, copy.messages)
        else if (copy.type === 'failed') throw Object.assign(new Error(copy.error.message), { stack: copy.error.stack })
        else if (copy.type === 'closed') this.#closed()
      })
    }
    const tab = new Tab({ world: worker.world, maker: this.#browser.maker(worker), toPage })
    this.#post = (message) => {
      const copy = structuredClone(message)
      scheduler.soon(() => worker.run(() => tab.receive(copy)))
    }
    this.#post({ type: 'open', request: REQUEST })
  }

  /** The worker ends in the middle of things, and the page starts another. */
  crash(): void {
    this.#browser.origin.end(this.worker)
    this.page.cut()
    this.startWorker()
  }

  /** The tab is closed, without a word. */
  kill(): void {
    this.#browser.origin.end(this.worker)
  }
}

/** Tabs of one origin, with one replica on a disk, and their room; all on a clock in the hands of the test. */
export class TestBrowser {
  readonly scheduler = new VirtualScheduler()
  readonly room = new Room()
  readonly origin: Origin
  #files = newFiles()
  readonly #latency: () => number
  #holder: Context | undefined
  #stopsWhenSaved: Context | undefined

  constructor(latency: () => number = () => 1) {
    this.#latency = latency
    this.origin = new Origin(this.scheduler, latency)
  }

  open(tracing?: CallTracing): TestTab {
    return new TestTab(this, tracing)
  }

  /** The browser deletes what the origin has on disk, under whoever has it open. */
  deleteData(): void {
    this.#files = newFiles()
    this.#holder = undefined
  }

  /** Stops this worker, and no other, when it next has saved something: before it can tell anyone. */
  stopWhenSaved(context: Context | undefined): void {
    this.#stopsWhenSaved = context
  }

  maker(context: Context): ReplicaMaker {
    const later = (run: () => void) => this.scheduler.after(this.#latency(), () => context.run(run))
    const toRoom = (run: () => void) => {
      if (!context.isStopped) this.scheduler.after(this.#latency(), run)
    }
    return {
      openStorage: () => new Promise((resolve) => context.world.scheduler.after(OPEN_MS, () => resolve(this.#openDisk(context)))),
      openStandIn: async (_, why) =>
        new FileStorage({
          info: { kind: 'memory', why },
          module,
          files: newFiles(),
          journal: 'memory',
        }),
      makeClient: (_, storage, { onEvent }, fence) =>
        new Client({
          schema: shopSchema,
          mutators: shopMutators,
          storage,
          transport: fence(inOrder(this.room, later, toRoom)),
          scheduler: context.world.scheduler,
          onEvent,
        }) as unknown as Client,
    }
  }

  /** One at a time, as a browser has it: whoever has ended has let go. */
  async #openDisk(context: Context): Promise<BrowserStorage> {
    if (this.#holder !== undefined && this.#holder !== context && !this.#holder.isDead) throw new StorageInUse('held')
    this.#holder = context
    const files = this.#files
    const isThere = async () => this.#files === files
    const storage = new FileStorage({ info: { kind: 'disk' }, module, files, journal: 'memory', isThere })
    const queue = new Disk()
    queue.committed = () => {
      if (this.#stopsWhenSaved === context) context.stop()
    }
    const openPending = storage.openPending.bind(storage)
    storage.openPending = (anew) => queue.wrap(openPending(anew))
    const release = storage.release.bind(storage)
    storage.release = () => {
      release()
      if (this.#holder === context && this.#files === files) this.#holder = undefined
    }
    return storage
  }
}

function newFiles() {
  return new Map(FILE_NAMES.map((name) => [name, new MemoryFile()]))
}

/** Frames of one socket arrive in the order of their sending. */
function inOrder(room: Room, later: (run: () => void) => void, toRoom: (run: () => void) => void) {
  const queue = (send: (run: () => void) => void) => {
    const waiting: (() => void)[] = []
    return (run: () => void) => {
      waiting.push(run)
      send(() => waiting.shift()?.())
    }
  }
  return room.transport(queue(later), queue(toRoom))
}
