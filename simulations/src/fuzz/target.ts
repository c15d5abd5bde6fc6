import { createHash, randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { compilePrograms } from '../processes/compile-programs.ts'
import { KillableServer } from '../processes/killable-server.ts'
import { app, GUESTS_MARK, HONEST_ROOM, OPEN_ROOMS, SECRET_ROOMS } from './fuzz-app.ts'

const CANARIES_A_ROOM = 20

const { schema, mutators } = app

type NotesClient = Client<(typeof mutators)['definitions']>

/** A server process with rooms that guests may see, rooms that they may not, and one in which an honest client works. */
export class Target {
  readonly server: KillableServer
  /** Must not be in anything that a guest is sent. */
  readonly secrets: string[] = []
  readonly honest: Honest
  readonly #directory: string
  readonly #owner = randomBytes(12).toString('hex')
  readonly #canary = `CANARY-${randomBytes(8).toString('hex')}`
  readonly #programs = compilePrograms(['fuzz/server-process.ts'])
  readonly #log: number

  static async open(directory: string): Promise<Target> {
    mkdirSync(directory, { recursive: true })
    const target = new Target(directory)
    await target.server.start()
    for (const room of [...SECRET_ROOMS, ...OPEN_ROOMS]) await target.#fill(room)
    // The room has to be made by who may.
    await target.#fill(HONEST_ROOM)
    target.honest.client = await target.#client(HONEST_ROOM, `honest ${target.#owner}`)
    return target
  }

  private constructor(directory: string) {
    this.#directory = directory
    this.#log = openSync(join(directory, 'server.log'), 'a')
    const env = { OWNER_TOKEN: this.#owner }
    // Short of a limit, V8 lets garbage lie for as long as there is room, and what grows would not show.
    const flags = ['--max-old-space-size=256', '--max-semi-space-size=16']
    const program = this.#programs.pathOf('fuzz/server-process.ts')
    this.server = new KillableServer(join(directory, 'server'), program, { env, log: this.#log, flags })
    this.secrets.push(this.#canary, this.#owner)
    this.honest = new Honest()
  }

  /** What the process holds of the machine's memory. */
  rssBytes(): number {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.server.pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) * 1024
  }

  /** What is where it must not be, in the files as the server leaves them. */
  async filesWrong(): Promise<string[]> {
    this.server.close()
    await this.server.ended()
    const secret = new Set(SECRET_ROOMS.map(folderOf))
    const guests = new Set(OPEN_ROOMS.map(folderOf))
    const wrong: string[] = []
    const root = join(this.#directory, 'server')
    for (const file of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const path = join(file.parentPath, file.name)
      const bytes = readFileSync(path)
      const isIn = (folders: ReadonlySet<string>) => [...folders].some((folder) => path.startsWith(join(root, folder)))
      if (bytes.includes(this.#canary) && !isIn(secret)) wrong.push(`${path} holds what is in another room`)
      if (bytes.includes(GUESTS_MARK) && !isIn(guests)) wrong.push(`${path} holds what guests wrote in another room`)
    }
    return wrong
  }

  async close(): Promise<void> {
    await this.honest.close()
    await this.server.kill()
    closeSync(this.#log)
    this.#programs.remove()
  }

  async #fill(room: string): Promise<void> {
    const client = await this.#client(room, this.#owner)
    const isSecret = SECRET_ROOMS.some((secret) => secret === room)
    for (let i = 0; i < CANARIES_A_ROOM; i++) {
      const value = isSecret ? `${this.#canary} ${i}` : 'not secret'
      await client.mutate.put({ id: `${room} ${i}`, value }).confirmed.unwrap()
    }
    // Whatever names the room's incarnation comes out of the room.
    if (isSecret && client.position !== null) this.secrets.push(client.position.epoch)
    await client.close()
  }

  async #client(room: string, token: string): Promise<NotesClient> {
    return await createClient({ schema, mutators, url: this.server.url, room, token: () => token })
  }
}

/** Works on, whatever others send. */
class Honest {
  client: NotesClient | undefined
  confirmed = 0

  /** One call, as an app makes it. @returns what is wrong, if it does not come to its end */
  async work(): Promise<string | undefined> {
    const { client } = this
    if (client === undefined) return 'there is no honest client'
    const id = `honest ${this.confirmed % 100}`
    const outcome = await client.mutate.put({ id, value: this.confirmed }).confirmed
    if (!outcome.ok) return `the honest client is refused: ${outcome.code} ${outcome.message}`
    if (client.status.connection !== 'live') return `the honest client is ${client.status.connection}`
    this.confirmed++
    return undefined
  }

  async close(): Promise<void> {
    await this.client?.close()
  }
}

/** Where a room's files are: by the hash of its name. */
function folderOf(room: string): string {
  const hash = createHash('sha256').update(room).digest('hex')
  return join(hash.slice(0, 2), hash.slice(2))
}
