import { defineMutators, defineSchema, type Mutators, type OwnOutcome, type Schema } from '@savepoint/core'
import type { Snapshot } from '../connection/transport.ts'
import type { ApplyEffect } from '../local-state.ts'
import type { PendingMutation } from '../pending/pending-mutation.ts'
import { Authority } from './authority.contract.ts'

export const shopSchema = defineSchema({
  name: 'shop',
  version: 1,
  sql: 'CREATE TABLE items (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL); CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)',
})

export const shopMutators = defineMutators({
  /** Adds to a count: done twice, it shows. */
  add(tx, { name, by }: { name: string; by: number }) {
    tx.run('INSERT INTO items VALUES (:name, :by) ON CONFLICT DO UPDATE SET n = n + :by', { name, by })
    return tx.get<{ n: number }>('SELECT n FROM items WHERE name = ?', [name])?.n
  },
  note(tx, { text }: { text: string }) {
    tx.run('INSERT INTO notes (text) VALUES (?)', [text])
  },
  onlyIfThere(tx, { name }: { name: string }) {
    if (!tx.get('SELECT 1 FROM items WHERE name = ?', [name])) tx.reject('none', `${name} is not there`)
    tx.run('UPDATE items SET n = n + 1 WHERE name = ?', [name])
  },
  onlyIfNone(tx, { name }: { name: string }) {
    if (tx.get('SELECT 1 FROM items WHERE name = ?', [name])) tx.reject('taken', `${name} is there already`)
    tx.run('INSERT INTO items VALUES (?, 0)', [name])
  },
})

/** A room that answers when the test says so. */
export class Shop {
  epoch = 'e'
  readonly authority: Authority

  constructor(schema: Schema = shopSchema, mutators: Mutators = shopMutators) {
    this.authority = new Authority(schema, mutators)
  }

  /** Processes a client's mutations, and gives what a client at the version before is told of it. */
  process(clientID: string, mutations: readonly PendingMutation[], isOwn = true): ApplyEffect {
    const from = this.authority.version
    const { patch, outcomes } = this.authority.process(clientID, mutations)
    return { ...this.nothing(isOwn ? outcomes : []), poke: { ...this.nothing(isOwn ? outcomes : []).poke, from, patch } }
  }

  /** A poke of no changes at the version as it is. */
  nothing(outcomes: readonly OwnOutcome[] = []): ApplyEffect {
    const { version, digest } = this.authority
    return {
      type: 'apply',
      poke: { type: 'poke', outcomes, from: version, to: version, digest, patch: [] },
      epoch: this.epoch,
      adopt: false,
    }
  }

  snapshot(): Snapshot {
    const { version, digest, database } = this.authority
    return { epoch: this.epoch, version, digest, bytes: database.driver.serialize() }
  }

  count(name: string): number | undefined {
    return this.authority.database.query('SELECT n FROM items WHERE name = ?', [name])[0]?.n as number | undefined
  }
}
