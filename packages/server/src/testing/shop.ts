import { defineMutators, defineSchema, MutationRejected } from '@savepoint/core'

/** An app for tests: stock with a full-text index, a trigger, AUTOINCREMENT keys, and mutators of all manners. */
export const shopSchema = defineSchema({
  name: 'shop',
  version: 1,
  sql: `
    CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL UNIQUE, stock INTEGER NOT NULL DEFAULT 0 CHECK (stock >= 0));
    CREATE TABLE orders (number INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL REFERENCES items (id), note TEXT, total REAL, photo BLOB,
      label TEXT GENERATED ALWAYS AS (number || ': ' || coalesce(note, '')) STORED);
    CREATE TABLE totals (item TEXT PRIMARY KEY NOT NULL, orders INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX orders_by_item ON orders (item);
    CREATE TRIGGER count_orders AFTER INSERT ON orders BEGIN
      INSERT INTO totals (item, orders) VALUES (NEW.item, 1) ON CONFLICT (item) DO UPDATE SET orders = orders + 1;
    END;
    CREATE VIEW low AS SELECT * FROM items WHERE stock < 3;
    CREATE VIRTUAL TABLE search USING fts5(title, content='items');
    CREATE TRIGGER search_added AFTER INSERT ON items BEGIN INSERT INTO search (rowid, title) VALUES (NEW.rowid, NEW.title); END;
  `,
})

export const shopMutators = defineMutators({
  addItem(tx, args: { title: string; stock?: number }) {
    const id = tx.id()
    tx.run('INSERT INTO items (id, title, stock) VALUES (?, ?, ?)', [id, args.title, args.stock ?? 0])
    return id
  },
  restock(tx, args: { title: string; by: number }) {
    return tx.run('UPDATE items SET stock = stock + ? WHERE title = ?', [args.by, args.title]).changes
  },
  order(tx, args: { title: string; note?: string }) {
    const item = tx.get<{ id: string }>('SELECT id FROM items WHERE title = ?', [args.title])
    if (item === undefined) throw new MutationRejected('no-such-item', `There is no ${args.title}`)
    tx.run('INSERT INTO orders (item, note, total, photo) VALUES (?, ?, ?, ?)', [
      item.id,
      args.note ?? null,
      1.5,
      new Uint8Array([1, 2, 3]),
    ])
    tx.run('UPDATE items SET stock = stock - 1 WHERE id = ?', [item.id])
  },
  drop(tx, args: { title: string }) {
    tx.run('DELETE FROM items WHERE title = ?', [args.title])
  },
  addMany(tx, args: { count: number; length: number }) {
    for (let i = 0; i < args.count; i++)
      tx.run('INSERT INTO items (id, title) VALUES (?, ?)', [tx.id(), `${tx.id()}${'x'.repeat(args.length)}`])
  },
  explode(tx, args: { title: string }) {
    tx.run('INSERT INTO items (id, title) VALUES (?, ?)', [tx.id(), args.title])
    throw new Error('boom')
  },
  later(tx, args: { title: string }) {
    tx.run('INSERT INTO items (id, title) VALUES (?, ?)', [tx.id(), args.title])
    return Promise.resolve('never')
  },
  forbidden(tx, args: { sql: string }) {
    tx.run(args.sql)
  },
  whoAmI(tx) {
    return { auth: tx.auth as { name: string } | undefined, now: tx.now, location: tx.location, reason: tx.reason }
  },
  long(_tx, args: { length: number }) {
    return 'x'.repeat(args.length)
  },
})
