import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { ClientOrders, ClientReply, ClientRequest } from './client-process.ts'
import { JOURNAL_FD, type JournalLine } from './journal.ts'
import type { LoadClientName, LoadState } from './load-client.ts'
import type { OutsideRecord } from './outside-record.ts'

interface FleetOptions {
  readonly program: string
  readonly directory: string
  readonly url: string
  readonly rooms: readonly string[]
  readonly clients: number
  readonly seed: string
  readonly record: OutsideRecord
  /** Open for writing: where it puts what it prints. */
  readonly log: number
}

/** A process of several clients, of every room and of both kinds: on disk, and in memory. */
export class ClientFleet {
  readonly #name: string
  readonly #options: FleetOptions
  #child: ChildProcess | undefined
  #journal: Promise<unknown> = Promise.resolve()
  /** Processes so far. */
  #lives = 0
  /** Calls of each client so far. */
  readonly #calls = new Map<string, number>()

  constructor(name: string, options: FleetOptions) {
    this.#name = name
    this.#options = options
  }

  /** Resolves when all its clients are open and call. */
  async start(): Promise<void> {
    const { program, seed, log } = this.#options
    this.#lives++
    const orders: ClientOrders = { clients: this.#clients(), seed: `${seed} ${this.#lives}` }
    const child = spawn(process.execPath, [program, JSON.stringify(orders)], { stdio: ['ignore', log, log, 'pipe', 'ipc'] })
    this.#child = child
    const lines = createInterface({ input: child.stdio[JOURNAL_FD] as Readable })
    lines.on('line', (line) => this.#read(line))
    this.#journal = once(lines, 'close')
    await this.#reply('opened')
  }

  /** What was durable has to come back with the next process; what else it held may be gone. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
    await this.#journal
    this.#options.record.forgive(new Set(this.#clients().map(({ name }) => name)))
  }

  /** Lets all of them call no more. */
  async stop(): Promise<void> {
    this.#send({ type: 'stop' })
    await this.#reply('stopped')
  }

  async states(): Promise<readonly LoadState[]> {
    this.#send({ type: 'tell' })
    return (await this.#reply('told')).states
  }

  #send(request: ClientRequest): void {
    this.#child?.send(request)
  }

  /** @throws Error (rejects) if it ends before it answers */
  async #reply<T extends ClientReply['type']>(type: T): Promise<Extract<ClientReply, { type: T }>> {
    const child = this.#child as ChildProcess
    const [reply] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [ClientReply | number | null]
    if (typeof reply === 'object' && reply?.type === type) return reply as Extract<ClientReply, { type: T }>
    throw new Error(`The client process ${this.#name} has ended, or answers ${JSON.stringify(reply)} in place of ${type}`)
  }

  #clients(): LoadClientName[] {
    const { clients, rooms, url, directory } = this.#options
    return Array.from({ length: clients }, (_, i) => {
      const onDisk = i % 2 === 0
      // Who was in memory is somebody else after a kill.
      const name = onDisk ? `${this.#name}-disk${i}` : `${this.#name}-memory${i}-${this.#lives}`
      const room = rooms[(i >> 1) % rooms.length] ?? ''
      return { name, url, room, directory: onDisk ? join(directory, name) : undefined, calls: this.#calls.get(name) ?? 0 }
    })
  }

  #read(text: string): void {
    const line = JSON.parse(text) as JournalLine
    if (line.type === 'called') this.#calls.set(line.client, line.n)
    this.#options.record.write(line, performance.now())
  }
}
