import { Client, type ReplicaStorage, type Scheduler, type Snapshot, type Transport } from '@savepoint/client'
import { defineMutators, defineSchema } from '@savepoint/core'
import { EmbeddedLog, Room, type RoomConnection, type RoomWorld } from '@savepoint/server'
import { SyncedDatabase } from '@savepoint/sqlite'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { randomOf } from '../random.ts'
import { clientStorage } from './client-storage.ts'
import { roomStorage } from './room-storage.ts'
import { ProcessKilled, type SimulatedDisk } from './simulated-disk.ts'

export const schema = defineSchema({
  name: 'counts',
  version: 1,
  sql: 'CREATE TABLE counts (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL, filler TEXT); CREATE TABLE twins (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL)',
})

export const mutators = defineMutators({
  /** Done twice, or by half, it shows. */
  add(tx, { name, filler }: { name: string; filler: string }) {
    tx.run('INSERT INTO counts VALUES (:name, 1, :filler) ON CONFLICT DO UPDATE SET n = n + 1, filler = :filler', { name, filler })
    tx.run('INSERT INTO twins VALUES (:name, 1) ON CONFLICT DO UPDATE SET n = n + 1', { name })
  },
})

const ROOM = 'rooms/counts.db'

/** What a dead process still had to do ends where it first needs its disk. */
function unlessKilled(run: () => void): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof ProcessKilled)) throw error
  }
}

/** Runs what is asked for when it is told to, one after the other. */
class Turns {
  #time = 1_700_000_000_000
  #timers: { at: number; run: () => void }[] = []
  readonly random

  constructor(seed: string) {
    this.random = randomOf(seed, 'turns')
  }

  get scheduler(): Scheduler {
    return {
      now: () => this.#time,
      after: (ms, run) => {
        const timer = { at: this.#time + ms, run }
        this.#timers.push(timer)
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer)
        }
      },
      soon: (run) => queueMicrotask(() => unlessKilled(run)),
      random: this.random.next,
      id: this.random.id,
    }
  }

  get roomWorld(): RoomWorld {
    const elapsed = () => this.#time
    return { now: elapsed, elapsed, id: this.random.id, schedule: (task) => queueMicrotask(() => unlessKilled(task)) }
  }

  async pass(ms: number): Promise<void> {
    const end = this.#time + ms
    for (;;) {
      for (let i = 0; i < 50; i++) await Promise.resolve()
      const next = this.#timers.reduce<{ at: number; run: () => void } | undefined>(
        (first, timer) => (timer.at <= end && (first === undefined || timer.at < first.at) ? timer : first),
        undefined,
      )
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#time = next.at
      unlessKilled(next.run)
    }
    this.#time = end
  }
}

/** One room and one client, each on a disk of its own, on a line that loses nothing. Either can be started anew at any time. */
export class SmallWorld {
  readonly turns: Turns
  readonly #module: WaSqliteModule
  readonly #roomDisk: SimulatedDisk
  readonly #clientDisk: SimulatedDisk
  room: Room | undefined
  client: Client<typeof mutators.definitions> | undefined

  constructor(options: { seed: string; module: WaSqliteModule; roomDisk: SimulatedDisk; clientDisk: SimulatedDisk }) {
    this.turns = new Turns(options.seed)
    this.#module = options.module
    this.#roomDisk = options.roomDisk
    this.#clientDisk = options.clientDisk
  }

  async startRoom(): Promise<void> {
    const world = this.turns.roomWorld
    this.room = await Room.open({
      name: 'counts',
      schema,
      mutators,
      storage: roomStorage(this.#roomDisk, ROOM),
      openLog: (writer, reader) => new EmbeddedLog(writer, reader),
      onEvent: () => {},
      world,
    })
  }

  startClient(storage: ReplicaStorage = clientStorage(this.#clientDisk)): void {
    this.client = new Client({ schema, mutators, storage, transport: this.#transport(), scheduler: this.turns.scheduler })
    this.client.start()
  }

  /** The room's rows, on a connection of its own. */
  roomRows(sql: string): unknown[] {
    const driver = this.#roomDisk.open(ROOM, { readonly: true })
    try {
      return driver.prepare(sql).all()
    } finally {
      driver.close()
    }
  }

  #transport(): Transport {
    return {
      connect: (listener) => {
        const room = this.room
        let connection: RoomConnection | undefined
        let isOpen = true
        const end = () => {
          if (isOpen) queueMicrotask(listener.closed)
          isOpen = false
        }
        queueMicrotask(() => {
          if (room === undefined) return end()
          connection = room.connect(
            {
              send: (frame) => queueMicrotask(() => isOpen && listener.received(frame)),
              close: () => queueMicrotask(end),
              cut: end,
              bufferedBytes: 0,
            },
            { identity: '', auth: undefined },
          )
          listener.opened()
        })
        return {
          send: (frame) => queueMicrotask(() => room === this.room && connection?.receive(frame)),
          close: () => {
            isOpen = false
            connection?.closed()
          },
        }
      },
      fetchSnapshot: async () => this.#emptySnapshot(),
    }
  }

  /** The room as it was when it was new: the rest is caught up with. */
  #emptySnapshot(): Snapshot {
    const driver = openWaSqlite(this.#module)
    const synced = SyncedDatabase.open(driver, schema, mutators)
    const snapshot = {
      epoch: this.room?.position.epoch ?? '',
      version: 0,
      digest: synced.scanDigest().toString(),
      bytes: driver.serialize(),
    }
    driver.close()
    return snapshot
  }
}
