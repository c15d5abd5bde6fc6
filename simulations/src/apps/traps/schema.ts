import { defineSchema } from '@savepoint/core'

const SQL = `
-- What AUTOINCREMENT has given out is content too, also when the rows are gone.
CREATE TABLE tickets (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, holder TEXT) STRICT;

-- Counters are made or counted up, and a trigger of the app's own writes down each step.
CREATE TABLE counters (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE steps (counter TEXT NOT NULL, n INTEGER NOT NULL, came_from INTEGER NOT NULL, PRIMARY KEY (counter, n)) WITHOUT ROWID;
CREATE TRIGGER counters_step AFTER UPDATE OF n ON counters WHEN old.n <> new.n BEGIN
  INSERT INTO steps (counter, n, came_from) VALUES (new.name, new.n, old.n)
    ON CONFLICT (counter, n) DO UPDATE SET came_from = came_from + 1000;
END;

-- What others do to one row concerns nobody who looked at others, and everybody who looked at this one, be it there or not.
CREATE TABLE boxes (name TEXT PRIMARY KEY NOT NULL, things INTEGER NOT NULL) WITHOUT ROWID;

-- REPLACE takes away whoever sat there.
CREATE TABLE seats (guest TEXT PRIMARY KEY NOT NULL, seat INTEGER NOT NULL UNIQUE, since INTEGER NOT NULL);

-- Places are swapped.
CREATE TABLE ranks (name TEXT PRIMARY KEY NOT NULL, place INTEGER NOT NULL UNIQUE);

-- Two levels of cascades, and keys that are composite and change.
CREATE TABLE lists (id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL);
CREATE TABLE items (
  list TEXT NOT NULL REFERENCES lists ON DELETE CASCADE ON UPDATE CASCADE, position INTEGER NOT NULL, label TEXT NOT NULL,
  PRIMARY KEY (position, list)
) WITHOUT ROWID;
CREATE TABLE ticks (
  list TEXT NOT NULL, position INTEGER NOT NULL, who TEXT NOT NULL, PRIMARY KEY (list, position, who),
  FOREIGN KEY (position, list) REFERENCES items ON DELETE CASCADE ON UPDATE CASCADE
);

-- Orders take from a stock that cannot go below nothing.
CREATE TABLE stock (item TEXT PRIMARY KEY NOT NULL, quantity INTEGER NOT NULL CONSTRAINT in_stock CHECK (quantity >= 0));
CREATE TABLE orders (
  id TEXT PRIMARY KEY NOT NULL, item TEXT NOT NULL REFERENCES stock, quantity INTEGER NOT NULL, luck REAL NOT NULL, at INTEGER NOT NULL
);

-- All kinds of values, under keys of all kinds.
CREATE TABLE odds (key BLOB PRIMARY KEY NOT NULL, value BLOB, was BLOB) WITHOUT ROWID;

-- Full-text search is derived: it is not synced, and must be right all the same.
CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE VIRTUAL TABLE search USING fts5 (text, content = 'notes', content_rowid = 'id');
CREATE TRIGGER notes_added AFTER INSERT ON notes BEGIN INSERT INTO search (rowid, text) VALUES (new.id, new.text); END;
CREATE TRIGGER notes_gone AFTER DELETE ON notes BEGIN INSERT INTO search (search, rowid, text) VALUES ('delete', old.id, old.text); END;
CREATE TRIGGER notes_changed AFTER UPDATE ON notes BEGIN
  INSERT INTO search (search, rowid, text) VALUES ('delete', old.id, old.text);
  INSERT INTO search (rowid, text) VALUES (new.id, new.text);
END;
`

/** A table for each trap that a sync engine can fall into. */
export const schema = defineSchema({ name: 'traps', version: 1, sql: SQL })

/** The app's next version has a table more. */
export const nextSchema = defineSchema({ name: 'traps', version: 2, sql: `${SQL}CREATE TABLE more (id TEXT PRIMARY KEY NOT NULL);` })
