import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { openSocket } from '../../socket/open-socket.ts'
import type { CountersClient, Door } from '../../workloads/system.ts'

/** One that says what it adds to, and counts what it hears. */
export class BareCounters implements CountersClient {
  readonly #socket: WebSocket
  readonly #id = randomUUID()
  readonly #counts = new Map<string, number>()
  readonly #watchers = new Map<string, (count: number) => void>()
  readonly #underWay: (() => void)[] = []

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.#heard(String(data)))
  }

  static async open(url: string): Promise<BareCounters> {
    return new BareCounters(await openSocket(url))
  }

  add(name: string): void {
    this.#socket.send(`${this.#id} ${name}`)
  }

  addConfirmed(name: string): Promise<void> {
    this.add(name)
    return new Promise((resolve) => this.#underWay.push(resolve))
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  sum(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }

  watch(name: string, listener: (count: number) => void): () => void {
    this.#watchers.set(name, listener)
    return () => this.#watchers.delete(name)
  }

  goOffline(): Promise<void> {
    return Promise.reject(new Error('A bare socket keeps nothing for later.'))
  }

  goOnline(): Promise<void> {
    return this.goOffline()
  }

  async nonePending(): Promise<void> {}

  shutDoor(): Door {
    throw new Error('A bare socket keeps nothing for later.')
  }

  async close(): Promise<void> {
    this.#socket.close()
  }

  #heard(message: string): void {
    const [id, name] = message.split(' ') as [string, string]
    const count = this.count(name) + 1
    this.#counts.set(name, count)
    this.#watchers.get(name)?.(count)
    if (id === this.#id) this.#underWay.shift()?.()
  }
}
