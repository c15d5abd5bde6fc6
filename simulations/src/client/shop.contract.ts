import { defineMutators, defineSchema } from '@savepoint/core'

export const schema = defineSchema({
  name: 'shop',
  version: 1,
  sql: `CREATE TABLE items (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL CONSTRAINT enough CHECK (n >= 0), label TEXT, UNIQUE (label, n));
    CREATE TABLE calls (id INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT NOT NULL, number INTEGER NOT NULL);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
    CREATE VIRTUAL TABLE search USING fts5(text, content='notes', content_rowid='id');
    CREATE TRIGGER notes_added AFTER INSERT ON notes BEGIN INSERT INTO search (rowid, text) VALUES (new.id, new.text); END;
    CREATE TRIGGER notes_gone AFTER DELETE ON notes BEGIN INSERT INTO search (search, rowid, text) VALUES ('delete', old.id, old.text); END;
    CREATE TRIGGER notes_changed AFTER UPDATE ON notes BEGIN
      INSERT INTO search (search, rowid, text) VALUES ('delete', old.id, old.text);
      INSERT INTO search (rowid, text) VALUES (new.id, new.text);
    END`,
})

export const mutators = defineMutators({
  /** Leaves a row for each time that it takes effect, in the order in which it does. */
  call(tx, { who, number }: { who: string; number: number }) {
    tx.run('INSERT INTO calls (who, number) VALUES (?, ?)', [who, number])
  },
  add(tx, { name, by = 1 }: { name: string; by?: number }) {
    tx.run('INSERT INTO items (name, n) VALUES (:name, :by) ON CONFLICT (name) DO UPDATE SET n = n + :by', { name, by })
    return tx.get<{ n: number }>('SELECT n FROM items WHERE name = ?', [name])?.n ?? 0
  },
  insert(tx, { name, label = null }: { name: string; label?: string | null }) {
    tx.run('INSERT INTO items (name, n, label) VALUES (?, 0, ?)', [name, label])
  },
  remove(tx, { name }: { name: string }) {
    return tx.run('DELETE FROM items WHERE name = ?', [name]).changes
  },
  onlyIfNone(tx, { name }: { name: string }) {
    if (tx.get('SELECT 1 FROM items WHERE name = ?', [name])) tx.reject('taken', `${name} is there already`)
    tx.run('INSERT INTO items (name, n) VALUES (?, 0)', [name])
  },
  note(tx, { id, text }: { id: number; text: string }) {
    tx.run('INSERT INTO notes VALUES (:id, :text) ON CONFLICT (id) DO UPDATE SET text = :text', { id, text })
  },
  /** Rows that no compression makes small. */
  fill(tx, { rows }: { rows: number }) {
    for (let i = 0; i < rows; i++) tx.run('INSERT INTO notes (text) VALUES (?)', [`${tx.id()} ${tx.id()}`])
  },
  rejectedByServer(tx, { name }: { name: string }) {
    tx.run('INSERT INTO items (name, n) VALUES (?, 0)', [name])
    if (tx.location === 'server') tx.reject('not-here', `${name} is not wanted`)
  },
  throwsOnServer(tx) {
    if (tx.location === 'server') throw new RangeError('out of luck')
  },
  whereAmI: (tx) => tx.location,
  /** Another row on the server, and the same value. */
  elsewhere(tx, { name }: { name: string }) {
    tx.run('INSERT INTO items (name, n) VALUES (?, ?)', [name, tx.location === 'server' ? 2 : 1])
  },
  echo: (_tx, value: unknown) => value,
  later: (_tx, _args: { name: string }): unknown => Promise.resolve(1),
  sql: (tx, { sql }: { sql: string }) => tx.run(sql).changes,
})

export type Definitions = (typeof mutators)['definitions']
