import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, ClientEventReport } from '@savepoint/client'
import { createClient, type NodeClientOptions } from '@savepoint/client/node'
import type { SqlParams } from '@savepoint/core'
import { type RunningServer, type StartServerOptions, startServer } from '@savepoint/server/node'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { inject, vi } from 'vitest'
import { type Definitions, mutators, schema } from './shop.contract.ts'
import { TcpProxy } from './tcp-proxy.contract.ts'

declare module 'vitest' {
  interface ProvidedContext {
    transport?: 'websocket' | 'http'
  }
}

/** What all clients of these tests talk over: each of the tests runs once for either. */
export const TRANSPORT = inject('transport') ?? 'websocket'

type ShopClient = Client<Definitions>

/** A client, and all that it has told. */
export interface Member {
  readonly client: ShopClient
  readonly events: ClientEventReport[]
}

/** A server on real sockets, with a proxy before it. */
export class World {
  readonly #directory = mkdtempSync(join(tmpdir(), 'savepoint-world-'))
  readonly #options: Partial<StartServerOptions<Definitions>>
  readonly #clients: ShopClient[] = []
  #server: RunningServer | undefined
  #proxy: TcpProxy | undefined
  #directories = 0

  private constructor(options: Partial<StartServerOptions<Definitions>>) {
    this.#options = options
  }

  static async open(options: Partial<StartServerOptions<Definitions>> = {}): Promise<World> {
    const world = new World(options)
    await world.startServer()
    return world
  }

  get proxy(): TcpProxy {
    if (this.#proxy === undefined) throw new Error('The world is not open')
    return this.#proxy
  }

  get #serverDirectory(): string {
    return join(this.#directory, 'server')
  }

  async startServer(changed: Partial<StartServerOptions<Definitions>> = {}): Promise<void> {
    const hostname = '127.0.0.1'
    this.#server = await startServer({
      schema,
      mutators,
      port: 0,
      hostname,
      ...this.#options,
      ...changed,
      directory: this.#serverDirectory,
    })
    this.#proxy ??= await TcpProxy.open(this.#server.port)
    this.#proxy.retarget(this.#server.port)
  }

  async stopServer(): Promise<void> {
    await this.#server?.close()
    this.#server = undefined
  }

  async recheck(which?: Parameters<RunningServer['recheck']>[0]): Promise<void> {
    await this.#server?.recheck(which)
  }

  /** Copies the server's files while it is down. */
  async backUp(): Promise<() => void> {
    const copy = join(this.#directory, `backup-${++this.#directories}`)
    cpSync(this.#serverDirectory, copy, { recursive: true })
    return () => {
      rmSync(this.#serverDirectory, { recursive: true })
      cpSync(copy, this.#serverDirectory, { recursive: true })
    }
  }

  /** A place for a client, empty or a copy of another's. */
  directory(from?: string): string {
    const path = join(this.#directory, `client-${++this.#directories}`)
    if (from !== undefined) cpSync(from, path, { recursive: true })
    return path
  }

  async client(options: Partial<NodeClientOptions<Definitions>> = {}): Promise<ShopClient> {
    return (await this.member(options)).client
  }

  async member(options: Partial<NodeClientOptions<Definitions>> = {}): Promise<Member> {
    const events: ClientEventReport[] = []
    const onEvent = (event: ClientEventReport) => events.push(event)
    const client = await createClient({ schema, mutators, url: this.proxy.url, room: 'room', transport: TRANSPORT, onEvent, ...options })
    this.#clients.push(client)
    return { client, events }
  }

  /** What the server's file holds: committed, and nothing else. */
  server(room = 'room'): { version: number; digest: string; rows(sql: string, params?: SqlParams): unknown[] } {
    const files = readdirSync(this.#serverDirectory, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('room.db'))
    for (const file of files) {
      const rows = (sql: string, params: SqlParams = []): unknown[] => {
        const driver = openBetterSqlite3(join(this.#serverDirectory, file))
        try {
          return driver.prepare(sql).all(params)
        } finally {
          driver.close()
        }
      }
      const meta = new Map(
        (rows('SELECT key, value FROM _savepoint_meta') as { key: string; value: string }[]).map(({ key, value }) => [key, value]),
      )
      if (meta.get('room') === room) return { version: Number(meta.get('version')), digest: meta.get('digest') ?? '', rows }
    }
    throw new Error(`The server has no room "${room}"`)
  }

  /** Waits until these clients have nothing pending, and the server's version and digest. */
  async converged(...clients: ShopClient[]): Promise<void> {
    await until(() => clients.every(isSettled))
    const { version, digest } = this.server()
    await until(() => clients.every((client) => client.status.version === version))
    for (const client of clients)
      if (client.digest !== digest) throw new Error(`A client has digest ${client.digest}, the server ${digest}`)
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close()
    await this.#proxy?.close()
    await this.stopServer()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** Everything that was called has its outcome, and the client follows the room. */
export function isSettled({ status }: ShopClient): boolean {
  return status.connection === 'live' && status.pending === 0
}

/** Waits for a condition. The limit is only for tests that would never end. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(condition, { interval: 5, timeout: 60_000 })
}
