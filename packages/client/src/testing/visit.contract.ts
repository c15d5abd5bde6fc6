import type { MutatorDefinitions, Mutators } from '@savepoint/core'
import { Client } from '../client.ts'
import type { ClientEventReport } from '../client-event.ts'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import { memoryStorage } from '../memory-storage.ts'
import type { ReplicaStorage } from '../storage.ts'
import { Disk } from './failing-driver.contract.ts'
import { HandTransport } from './hand-transport.contract.ts'
import { Shop, shopMutators, shopSchema } from './shop.contract.ts'
import { VirtualScheduler } from './virtual-scheduler.contract.ts'

const module = await loadWaSqlite()

/** A client and its room, with a line and a clock in the hands of the test. */
export class Visit<D extends MutatorDefinitions = (typeof shopMutators)['definitions']> {
  readonly shop = new Shop()
  readonly transport = new HandTransport()
  readonly scheduler = new VirtualScheduler()
  readonly pendingDisk = new Disk()
  readonly baseDisk = new Disk()
  readonly events: ClientEventReport[] = []
  readonly client: Client<D>
  /** Told of each event as well. */
  watch: (event: ClientEventReport) => void = () => {}
  #processed = 0

  constructor(mutators: Mutators<D>, storage: ReplicaStorage = memoryStorage(module)) {
    this.client = new Client<D>({
      schema: shopSchema,
      mutators,
      storage: this.#faulty(storage),
      transport: this.transport,
      scheduler: this.scheduler,
      onEvent: (event) => {
        this.events.push(event)
        this.watch(event)
      },
    })
  }

  static withShop(storage?: ReplicaStorage): Visit {
    return new Visit(shopMutators, storage)
  }

  #faulty(storage: ReplicaStorage): ReplicaStorage {
    const { kind, why, flushed } = storage
    return {
      kind,
      ...(why !== undefined && { why }),
      ...(flushed && { flushed }),
      keepOnly: (generation) => storage.keepOnly(generation),
      openPending: (anew) => this.pendingDisk.wrap(storage.openPending(anew)),
      openBase: (generation, image) => this.baseDisk.wrap(storage.openBase(generation, image)),
    }
  }

  /** Connects, and brings the client to the room's version. */
  async goLive(): Promise<void> {
    const { client, transport, scheduler, shop } = this
    client.start()
    transport.socket.open()
    this.welcome('snapshot')
    transport.fetch.resolve(shop.snapshot())
    await scheduler.settle()
    this.welcome()
    transport.socket.receive(shop.nothing().poke)
    await scheduler.settle()
  }

  welcome(next: 'poke' | 'snapshot' = 'poke'): void {
    const { version } = this.shop.authority
    this.transport.socket.receive({
      type: 'welcome',
      epoch: this.shop.epoch,
      version,
      lastMutationID: this.#processed,
      next,
      readOnly: null,
    })
  }

  /** All that was pushed and not processed yet, in order. */
  get pushed() {
    return this.transport.socket.all('push').flatMap(({ mutations }) => mutations.filter(({ mutationID }) => mutationID > this.#processed))
  }

  /** The room processes what was pushed, and gives the poke that tells of it. */
  process() {
    const { pushed } = this
    this.#processed = pushed.at(-1)?.mutationID ?? this.#processed
    return this.shop.process(this.client.clientID, pushed).poke
  }

  /** The room processes what was pushed, and the client hears of it. */
  async answer(): Promise<void> {
    this.transport.socket.receive(this.process())
    await this.scheduler.settle()
  }

  failures(): unknown[] {
    return this.events.flatMap((event) => (event.type === 'failed' ? [event.error] : []))
  }
}
