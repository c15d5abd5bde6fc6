import { Mailbox, openSocket } from '@savepoint-demo/bench/comparison'
import type { DB } from '@vlcn.io/crsqlite-wasm'
import type { WebSocket } from 'ws'
import { type Message, merge, openDatabase, ownChangesSince } from './open-database.ts'

/** A database that follows the hub. */
export class CrSqliteReplica {
  readonly database: DB
  readonly #url: string
  readonly #watchers = new Set<() => void>()
  readonly #underWay = new Map<number, () => void>()
  #socket: WebSocket | undefined
  #mailbox: Mailbox | undefined
  #sent = 0
  #messages = 0
  #greeted = () => {}
  #turn = Promise.resolve()

  private constructor(url: string, database: DB) {
    this.#url = url
    this.database = database
  }

  /** Resolves when it has all that the hub has. */
  static async open(url: string): Promise<CrSqliteReplica> {
    const replica = new CrSqliteReplica(url, await openDatabase())
    await replica.connect()
    return replica
  }

  async connect(): Promise<void> {
    const socket = await openSocket(this.#url)
    this.#socket = socket
    const greeted = new Promise<void>((resolve) => (this.#greeted = resolve))
    socket.on('message', (data) => {
      const take = () => this.#inTurn(() => this.#take(JSON.parse(String(data)) as Message))
      if (this.#mailbox === undefined) take()
      else this.#mailbox.put(take)
    })
    this.#send({ type: 'hello' })
    await greeted
  }

  disconnect(): void {
    this.#socket?.close()
    this.#socket = undefined
  }

  /** Sends what was made here since the last time; resolves when the hub has merged it. */
  async sendOwn(): Promise<void> {
    if (this.#socket === undefined || this.#mailbox !== undefined) return
    const changes = await ownChangesSince(this.database, this.#sent)
    if (changes.length === 0) return
    this.#sent = changes.reduce((max, change) => Math.max(max, change[5] as number), this.#sent)
    const id = ++this.#messages
    const taken = new Promise<void>((resolve) => this.#underWay.set(id, resolve))
    this.#send({ type: 'changes', changes, id })
    await taken
  }

  onChange(listener: () => void): () => void {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  shutDoor(): Mailbox {
    this.#mailbox = new Mailbox()
    return this.#mailbox
  }

  async close(): Promise<void> {
    this.disconnect()
    await this.#turn
    await this.database.close()
  }

  #send(message: Message): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work)
  }

  async #take(message: Message): Promise<void> {
    if (message.type === 'taken') {
      this.#underWay.get(message.id)?.()
      this.#underWay.delete(message.id)
    } else if (message.type === 'changes') {
      await merge(this.database, message.changes)
      if (!message.more) this.#greeted()
      for (const tell of this.#watchers) tell()
    }
  }
}
