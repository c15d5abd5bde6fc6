import {
  type BasePosition,
  decodePatch,
  encodeData,
  type OwnOutcome,
  PROTOCOL_VERSION,
  type PushedMutation,
  type SchemaID,
  type WirePatch,
} from '@savepoint/core'
import { Digest, SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { expect } from 'vitest'
import type { Line } from './line.ts'
import { shopMutators, shopSchema } from './shop.ts'

interface PokeFrame {
  readonly outcomes: readonly OwnOutcome[]
  readonly from: number
  readonly to: number
  readonly digest: string
  readonly patch: WirePatch
}

/**
 * A client reduced to what a server sees of one: it says hello, pushes, and applies pokes to a replica. Every poke must lead on
 * from where the replica is, and to the digest that it names.
 */
export class TestClient {
  readonly clientID: string
  line: Line
  schema: SchemaID = shopSchema
  base: BasePosition | null = null
  confirmed = 0
  issued = 0
  readonly outcomes = new Map<number, OwnOutcome>()
  #replica: SyncedDatabase | undefined
  #digest = new Digest()

  constructor(line: Line, clientID = 'client-1') {
    this.line = line
    this.clientID = clientID
  }

  /** An empty replica that agrees with a new room. */
  static async fresh(line: Line, epoch: string, clientID?: string): Promise<TestClient> {
    const client = new TestClient(line, clientID)
    client.adopt(null, { epoch, version: 0 })
    await client.greet()
    return client
  }

  /** Takes a snapshot as its base; null is a new database. */
  adopt(image: Uint8Array | null, base: BasePosition): void {
    this.#replica?.close()
    const driver = image === null ? openBetterSqlite3(':memory:') : openBetterSqlite3(':memory:', { bytes: image })
    this.#replica = SyncedDatabase.open(driver, shopSchema, shopMutators)
    this.#digest = this.#replica.scanDigest()
    driver.exec('PRAGMA foreign_keys = OFF')
    this.base = base
  }

  get digest(): string {
    return this.#digest.toString()
  }

  query(sql: string): unknown[] {
    return this.#replica?.query(sql) ?? []
  }

  sayHello(changes: { [field: string]: unknown } = {}): void {
    const { clientID, base, confirmed, issued } = this
    const { name, version, hash } = this.schema
    const hello = {
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      clientID,
      schema: { name, version, hash },
      base,
      confirmed,
      issued,
      ...changes,
    }
    this.line.send(JSON.stringify(hello))
  }

  /** Says hello and takes in the welcome and its poke. */
  async greet(changes: { [field: string]: unknown } = {}): Promise<{ readonly [field: string]: unknown }> {
    this.sayHello(changes)
    const welcome = await this.expect('welcome')
    if (welcome.next === 'poke') await this.poke()
    return welcome
  }

  mutation(name: string, args?: unknown, fields: Partial<PushedMutation> = {}): PushedMutation {
    const mutationID = fields.mutationID ?? ++this.issued
    return { mutationID, name, args: encodeData(args), createdAt: 1_600_000_000_000, seed: `${this.clientID}/${mutationID}`, ...fields }
  }

  push(...mutations: PushedMutation[]): void {
    this.line.send(JSON.stringify({ type: 'push', mutations, confirmed: this.confirmed }))
  }

  /** Pushes one call, and waits for its outcome. */
  async call(name: string, args?: unknown): Promise<OwnOutcome['outcome']> {
    const mutation = this.mutation(name, args)
    this.push(mutation)
    return await this.outcome(mutation.mutationID)
  }

  /** Takes in pokes until the mutation has an outcome. */
  async outcome(mutationID: number): Promise<OwnOutcome['outcome']> {
    for (;;) {
      const known = this.outcomes.get(mutationID)
      if (known !== undefined) return known.outcome
      await this.poke()
    }
  }

  /** Takes in pokes until the replica is at a version. */
  async reach(version: number): Promise<void> {
    while ((this.base?.version ?? 0) < version) await this.poke()
  }

  /** Takes in the next frame, a poke. */
  async poke(): Promise<PokeFrame> {
    const poke = (await this.expect('poke')) as unknown as PokeFrame
    expect(poke.from).toBe(this.base?.version)
    const replica = this.#replica as SyncedDatabase
    replica.driver.exec('BEGIN')
    this.#digest.merge(replica.apply(decodePatch(poke.patch)))
    replica.driver.exec('COMMIT')
    expect(this.#digest.toString()).toBe(poke.digest)
    this.base = { epoch: this.base?.epoch ?? '', version: poke.to }
    for (const outcome of poke.outcomes) {
      const known = this.outcomes.get(outcome.mutationID)
      if (known !== undefined) expect(outcome).toStrictEqual(known)
      this.outcomes.set(outcome.mutationID, outcome)
    }
    return poke
  }

  async expect(type: string): Promise<{ readonly [field: string]: unknown }> {
    const frame = await this.line.next()
    expect(frame, `a ${type}, but the line ended: ${this.line.closed}`).not.toBeNull()
    expect(frame).toMatchObject({ type })
    return frame as { readonly [field: string]: unknown }
  }

  /** The refusal that comes next, and the end of the line after it. */
  async refusal(): Promise<{ readonly code: string; readonly message: string }> {
    const refusal = (await this.expect('refusal')) as unknown as { code: string; message: string }
    await this.line.ended()
    return refusal
  }
}
