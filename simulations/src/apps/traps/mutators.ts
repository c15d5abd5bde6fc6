import { defineMutators, type MutatorDefinitions, type Tx } from '@savepoint/core'

/** Calls that go right, go wrong, and go wrong only here or there. */
export const mutators = defineMutators({
  openTicket(tx, { title }: { title: string }) {
    return tx.run('INSERT INTO tickets (title) VALUES (?)', [title]).lastInsertRowid
  },
  /** The newest is taken away, and its number must not come back. */
  closeNewestTicket(tx) {
    const newest = tx.get<{ id: number }>('SELECT max(id) AS id FROM tickets')?.id ?? null
    tx.run('DELETE FROM tickets WHERE id = ?', [newest])
    return newest
  },
  /** Nothing is left of it but its number. */
  passTicket(tx, { title }: { title: string }) {
    tx.run('DELETE FROM tickets WHERE id = ?', [tx.run('INSERT INTO tickets (title) VALUES (?)', [title]).lastInsertRowid])
  },
  holdTicket(tx, { id, holder }: { id: number; holder: string }) {
    if (tx.run('UPDATE tickets SET holder = ? WHERE id = ?', [holder, id]).changes === 0) tx.reject('no-ticket', `There is no ticket ${id}`)
  },
  dropTicket(tx, { id }: { id: number }) {
    return tx.run('DELETE FROM tickets WHERE id = ?', [id]).changes
  },

  count(tx, { name, by }: { name: string; by: number }) {
    const { now: at } = tx
    tx.run('INSERT INTO counters (name, n, at) VALUES (:name, :by, :at) ON CONFLICT (name) DO UPDATE SET n = n + :by, at = :at', {
      name,
      by,
      at,
    })
    return tx.get<{ n: number }>('SELECT n FROM counters WHERE name = ?', [name])?.n ?? 0
  },
  /** The last word in time wins, whenever it comes. */
  stamp(tx, { name }: { name: string }) {
    return tx.run('UPDATE counters SET at = :now, n = n + 100 WHERE name = :name AND at < :now', { name, now: tx.now }).changes
  },
  dropCounter(tx, { name }: { name: string }) {
    return tx.run('DELETE FROM counters WHERE name = ?', [name]).changes
  },
  /** Gone and back within one call. */
  restartCounter(tx, { name }: { name: string }) {
    tx.run('DELETE FROM counters WHERE name = ?', [name])
    tx.run('INSERT INTO counters (name, n, at) VALUES (?, 0, 1)', [name])
    tx.run('UPDATE counters SET n = n + 1 WHERE name = ?', [name])
  },
  forgetSteps(tx) {
    return tx.run('DELETE FROM steps').changes
  },

  fillBox(tx, { box, by }: { box: string; by: number }) {
    const { things } = tx.get<{ things: number }>('SELECT things FROM boxes WHERE name = ?', [box]) ?? { things: undefined }
    if (things === undefined) tx.run('INSERT INTO boxes (name, things) VALUES (?, ?)', [box, by])
    else tx.run('UPDATE boxes SET things = ? WHERE name = ?', [things + by, box])
  },
  /** Reads one row, and writes another. */
  copyBox(tx, { from, to }: { from: string; to: string }) {
    const found = tx.get<{ things: number }>('SELECT things FROM boxes WHERE name = ?', [from])
    if (found === undefined) tx.reject('no-box', `There is no box ${from}`)
    tx.run('INSERT INTO boxes (name, things) VALUES (:to, :things) ON CONFLICT (name) DO UPDATE SET things = things * 2 + :things', {
      to,
      ...found,
    })
  },
  burnBox(tx, { box }: { box: string }) {
    return tx.run('DELETE FROM boxes WHERE name = ?', [box]).changes
  },

  sit(tx, { guest, seat }: { guest: string; seat: number }) {
    tx.run('INSERT OR REPLACE INTO seats (guest, seat, since) VALUES (?, ?, ?)', [guest, seat, tx.now])
  },
  move(tx, { guest, seat }: { guest: string; seat: number }) {
    return tx.run('UPDATE OR REPLACE seats SET seat = ? WHERE guest = ?', [seat, guest]).changes
  },

  enter(tx, { name }: { name: string }) {
    const last = tx.get<{ last: number | null }>('SELECT max(place) AS last FROM ranks')?.last ?? 0
    tx.run('INSERT INTO ranks (name, place) VALUES (?, ?)', [name, last + 1])
    return last + 1
  },
  swap(tx, { a, b }: { a: string; b: string }) {
    const [first, second] = [placeOf(tx, a), placeOf(tx, b)]
    tx.run('UPDATE ranks SET place = -1 WHERE name = ?', [a])
    tx.run('UPDATE ranks SET place = ? WHERE name = ?', [first, b])
    tx.run('UPDATE ranks SET place = ? WHERE name = ?', [second, a])
  },
  leave(tx, { name }: { name: string }) {
    const place = placeOf(tx, name)
    tx.run('DELETE FROM ranks WHERE name = ?', [name])
    tx.run('UPDATE ranks SET place = -place WHERE place > ?', [place])
    tx.run('UPDATE ranks SET place = -place - 1 WHERE place < 0')
  },

  makeList(tx, { id, title }: { id: string; title: string }) {
    tx.run('INSERT INTO lists (id, title) VALUES (:id, :title) ON CONFLICT (id) DO UPDATE SET title = :title', { id, title })
  },
  addItem(tx, { list, label }: { list: string; label: string }) {
    const last = tx.get<{ last: number | null }>('SELECT max(position) AS last FROM items WHERE list = ?', [list])?.last ?? 0
    tx.run('INSERT INTO items (list, position, label) VALUES (?, ?, ?)', [list, last + 1, label])
    tx.run('INSERT INTO ticks (list, position, who) VALUES (?, ?, ?)', [list, last + 1, label])
  },
  /** The key of a row changes, and with it those that refer to it. */
  moveItem(tx, { list, from, to }: { list: string; from: number; to: number }) {
    return tx.run('UPDATE items SET position = ? WHERE list = ? AND position = ?', [to, list, from]).changes
  },
  renameList(tx, { from, to }: { from: string; to: string }) {
    return tx.run('UPDATE lists SET id = ? WHERE id = ?', [to, from]).changes
  },
  dropList(tx, { id }: { id: string }) {
    return tx.run('DELETE FROM lists WHERE id = ?', [id]).changes
  },

  restock(tx, { item, by }: { item: string; by: number }) {
    tx.run('INSERT INTO stock (item, quantity) VALUES (:item, :by) ON CONFLICT (item) DO UPDATE SET quantity = quantity + :by', {
      item,
      by,
    })
  },
  /** Writes first and asks then: what is rejected has done half of its work. */
  order(tx, { item, quantity }: { item: string; quantity: number }) {
    const id = tx.id()
    tx.run('INSERT INTO orders (id, item, quantity, luck, at) VALUES (?, ?, ?, ?, ?)', [id, item, quantity, tx.random(), tx.now])
    if (tx.random() < 0.2) tx.run('UPDATE stock SET quantity = quantity + 1 WHERE item = ?', [item])
    tx.run('UPDATE stock SET quantity = quantity - ? WHERE item = ?', [quantity, item])
    return { id, left: tx.get<{ quantity: number }>('SELECT quantity FROM stock WHERE item = ?', [item])?.quantity ?? 0 }
  },
  cancelOrders(tx, { item }: { item: string }) {
    const { sum } = tx.get<{ sum: number | null }>('SELECT sum(quantity) AS sum FROM orders WHERE item = ?', [item]) ?? { sum: 0 }
    tx.run('DELETE FROM orders WHERE item = ?', [item])
    tx.run('UPDATE stock SET quantity = quantity + ? WHERE item = ?', [sum ?? 0, item])
  },

  keep(tx, { key, value }: { key: OddValue; value: OddValue }) {
    tx.run('INSERT INTO odds (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET was = value, value = :value', {
      key,
      value,
    })
    return value
  },
  drop(tx, { key }: { key: OddValue }) {
    return tx.run('DELETE FROM odds WHERE key = ?', [key]).changes
  },

  note(tx, { id, text }: { id: number; text: string }) {
    tx.run('INSERT INTO notes (id, text) VALUES (:id, :text) ON CONFLICT (id) DO UPDATE SET text = :text', { id, text })
  },
  /** What it does depends on the search. */
  forgetNotes(tx, { word }: { word: string }) {
    const found = tx.all<{ id: number }>('SELECT rowid AS id FROM search WHERE search MATCH ? ORDER BY rowid', [word])
    for (const { id } of found) tx.run('DELETE FROM notes WHERE id = ?', [id])
    return found.map(({ id }) => id)
  },

  /** The server says no to half of what clients have no doubt about. */
  wish(tx, { name }: { name: string }) {
    tx.run('INSERT INTO counters (name, n, at) VALUES (?, 1, 1) ON CONFLICT (name) DO UPDATE SET n = n * 2', [name])
    if (tx.location === 'server' && tx.random() < 0.5) tx.reject('not-granted', `${name} is too much`)
  },
  /** Other rows on the server than on clients, and the same value. */
  guess(tx, { name }: { name: string }) {
    const n = tx.location === 'server' ? 7 : 6
    tx.run('INSERT INTO counters (name, n, at) VALUES (:name, :n, 1) ON CONFLICT (name) DO UPDATE SET n = n + :n', { name, n })
  },
  poisonOnReplay(tx, { name }: { name: string }) {
    tx.run('INSERT INTO counters (name, n, at) VALUES (?, 3, 1) ON CONFLICT (name) DO UPDATE SET n = n + 3', [name])
    if (tx.reason === 'rebase') throw new RangeError('not twice')
  },
  poisonOnServer(tx, { name }: { name: string }) {
    tx.run('DELETE FROM counters WHERE name = ?', [name])
    if (tx.location === 'server') throw new RangeError('not here')
  },
})

/** Values that do not all survive a careless way through JSON. */
export type OddValue = null | number | bigint | string | boolean | Uint8Array

/** The server has its own way of one of them. */
export const serverMutators = {
  guess(tx: Tx, { name }: { name: string }) {
    tx.run('INSERT INTO counters (name, n, at) VALUES (:name, 7, 2) ON CONFLICT (name) DO UPDATE SET n = n + 7', { name })
  },
} satisfies MutatorDefinitions

function placeOf(tx: Tx, name: string): number {
  return (
    tx.get<{ place: number }>('SELECT place FROM ranks WHERE name = ?', [name])?.place ?? tx.reject('not-there', `${name} has no place`)
  )
}
