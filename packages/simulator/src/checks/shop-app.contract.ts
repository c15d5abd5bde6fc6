import { defineMutators, defineSchema, type Tx } from '@savepoint/core'
import type { AppVersion } from '../app.ts'

const schema = defineSchema({
  name: 'shop',
  version: 1,
  sql: `
    CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL UNIQUE, count INTEGER NOT NULL, price REAL, data BLOB);
    CREATE TABLE sales (id INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE, at INTEGER NOT NULL);
    CREATE VIRTUAL TABLE found USING fts5 (title);
    CREATE TRIGGER item_found AFTER INSERT ON items BEGIN INSERT INTO found (title) VALUES (NEW.title); END;`,
})

const mutators = defineMutators({
  add(tx: Tx, { title, price = null }: { title: string; price?: number | null }) {
    const id = tx.id()
    tx.run('INSERT INTO items (id, title, count, price) VALUES (?, ?, 0, ?)', [id, title, price])
    return id
  },
  sell(tx: Tx, { title }: { title: string }) {
    const item = tx.get<{ id: string }>('SELECT id FROM items WHERE title = ?', [title])
    if (item === undefined) tx.reject('no-such-item', `There is no ${title}`)
    tx.run('UPDATE items SET count = count + 1 WHERE id = ?', [item.id])
    tx.run('INSERT INTO sales (item, at) VALUES (?, ?)', [item.id, tx.now])
  },
  remove(tx: Tx, { title }: { title: string }) {
    tx.run('DELETE FROM items WHERE title = ?', [title])
  },
  onlyOnClients(tx: Tx) {
    if (tx.location === 'server') tx.reject('never', 'Not on this server')
    tx.run("INSERT INTO items (id, title, count) VALUES ('x', 'x', 0)")
  },
})

/** A small app whose mutators are as they should be. */
export const shop: AppVersion = { schema, mutators }
