import { encodeData, type QueuedMutation } from '@savepoint/core'
import { EmbeddedLog, RoomEngine } from '@savepoint/server'
import { fileStorage, systemWorld } from '@savepoint/server/node'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { timed, timedAsync } from '../measure/timed.ts'
import { fillLog } from './fill-log.ts'

const COUNTERS = 1000
const SENDER = { connection: 1, clientID: 'bench', identity: '', auth: null }

/** A room whose log has grown long. */
export class GrownRoom {
  readonly #path: string
  #mutationID = 0
  #engine: RoomEngine | undefined

  private constructor(path: string) {
    this.#path = path
  }

  static async grow(path: string, entries: number, progress: (entries: number) => void): Promise<GrownRoom> {
    const room = new GrownRoom(path)
    await room.open()
    await room.#opened.commit([room.#mutation('fill', { from: 1, to: COUNTERS, note: '' })])
    room.close()
    fillLog({ path, counters: COUNTERS, entries, progress })
    return room
  }

  /** Returns the milliseconds that it takes. */
  open(): Promise<number> {
    return timedAsync(async () => {
      this.#engine = await RoomEngine.open({
        name: 'bench',
        schema: countersSchema,
        mutators: countersMutators,
        storage: fileStorage(this.#path),
        openLog: (writer, reader) => new EmbeddedLog(writer, reader),
        world: systemWorld,
      })
    })
  }

  /** Commits this many mutations as one batch. Returns its milliseconds. */
  commit(count: number): Promise<number> {
    let left: readonly QueuedMutation[] = Array.from({ length: count }, (_, i) =>
      this.#mutation('add', { name: `counter-${((i * 7919) % COUNTERS) + 1}`, by: 1 }),
    )
    return timedAsync(async () => {
      while (left.length > 0) ({ left } = await this.#opened.commit(left))
    })
  }

  /** What a client gets that was away for this many versions. Returns its milliseconds. */
  catchUp(versions: number): Promise<number> {
    const { version: to, digest } = this.#opened.position
    return timedAsync(async () => {
      const found = await this.#opened.catchUp({
        clientID: SENDER.clientID,
        from: to - versions,
        to,
        digest,
        outcomesAfter: this.#mutationID - 1,
      })
      if (found?.outcomes.length !== 1) throw new Error('The room has not given what the client missed.')
    })
  }

  /** Cuts the oldest versions from the log. Returns the milliseconds that it takes. */
  cut(versions: number): Promise<number> {
    const floor = this.#opened.position.version - this.#opened.logVersions + versions
    return timedAsync(async () => {
      const cut = await this.#opened.truncate({ floor, since: 0, outcomes: 100_000, outcomesSince: 0 })
      if (cut.floor !== floor) throw new Error('The log has not been cut.')
    })
  }

  get bytes(): number {
    return this.#opened.bytes
  }

  /** Returns the milliseconds that it takes. */
  close(): number {
    return timed(() => this.#engine?.close())
  }

  get #opened(): RoomEngine {
    if (this.#engine === undefined) throw new Error('The room is not open.')
    return this.#engine
  }

  #mutation(name: string, args: unknown): QueuedMutation {
    const mutationID = ++this.#mutationID
    const mutation = { mutationID, name, args: encodeData(args), createdAt: Date.now(), seed: `seed-of-mutation-${mutationID}` }
    return { sender: SENDER, mutation }
  }
}
