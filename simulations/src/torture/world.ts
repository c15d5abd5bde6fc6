import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@savepoint/core'
import { TcpProxy } from '../client/tcp-proxy.contract.ts'
import { compilePrograms } from '../processes/compile-programs.ts'
import { KillableServer } from '../processes/killable-server.ts'
import { ClientFleet } from './client-fleet.ts'
import { FaultyFiles } from './disk/faulty-files.ts'
import { OutsideRecord } from './outside-record.ts'

/** Each process holds clients of every room, on disk and in memory. */
const FLEETS = 2

interface WorldOptions {
  readonly directory: string
  readonly rooms: number
  readonly clients: number
  readonly seed: number
}

/** A server process, the line to it, client processes, and what is written down of them. */
export class World {
  readonly record = new OutsideRecord()
  readonly rooms: readonly string[]
  readonly random: () => number
  /** While there is such a file, the server's mutators die. */
  readonly midMutator: string
  readonly server: KillableServer
  readonly files: FaultyFiles | { readonly missing: string }
  readonly fleets: readonly ClientFleet[]
  readonly proxy: TcpProxy
  readonly #log: number
  readonly #programs: ReturnType<typeof compilePrograms>

  static async open(options: WorldOptions): Promise<World> {
    mkdirSync(options.directory, { recursive: true })
    // Its target is told when the server listens.
    const world = new World(options, await TcpProxy.open(1))
    try {
      await world.restart()
      await Promise.all(world.fleets.map((fleet) => fleet.start()))
      return world
    } catch (error) {
      await world.close()
      throw error
    }
  }

  private constructor({ directory, rooms, clients, seed }: WorldOptions, proxy: TcpProxy) {
    this.proxy = proxy
    this.rooms = Array.from({ length: rooms }, (_, i) => `room${i + 1}`)
    this.random = seededRandom(`torture ${seed}`)
    this.midMutator = join(directory, 'die-mid-mutator')
    this.files = FaultyFiles.make(directory)
    this.#log = openSync(join(directory, 'processes.log'), 'a')
    this.#programs = compilePrograms(['torture/server-process.ts', 'torture/client-process.ts'])
    const env = { DIE_MID_MUTATOR: this.midMutator, ...(this.files instanceof FaultyFiles ? this.files.env : {}) }
    this.server = new KillableServer(join(directory, 'server'), this.#programs.pathOf('torture/server-process.ts'), { env, log: this.#log })
    this.fleets = Array.from({ length: FLEETS }, (_, i) => {
      const name = `fleet${i + 1}`
      return new ClientFleet(name, {
        program: this.#programs.pathOf('torture/client-process.ts'),
        directory: join(directory, name),
        url: proxy.url,
        rooms: this.rooms,
        clients: Math.ceil(clients / FLEETS),
        seed: String(seed),
        record: this.record,
        log: this.#log,
      })
    })
  }

  /** The server starts, and clients reach it if it lives to listen. */
  async restart(): Promise<void> {
    await this.server.start()
    if (!this.server.isUp) return
    this.proxy.retarget(this.server.port)
    this.record.up(performance.now())
  }

  /** The server is gone, by now or by itself. */
  async kill(): Promise<void> {
    this.record.kill(performance.now())
    await this.server.kill()
  }

  async close(): Promise<void> {
    await Promise.all(this.fleets.map((fleet) => fleet.kill()))
    await this.server.kill()
    await this.proxy.close()
    if (this.files instanceof FaultyFiles) this.files.close()
    closeSync(this.#log)
    this.#programs.remove()
  }
}
