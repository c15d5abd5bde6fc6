import { Events, makeSchema, Schema, State } from '@livestore/livestore'

const counters = State.SQLite.table({
  name: 'counters',
  columns: { name: State.SQLite.text({ primaryKey: true }), n: State.SQLite.integer() },
})

const things = State.SQLite.table({
  name: 'things',
  columns: {
    id: State.SQLite.integer({ primaryKey: true }),
    title: State.SQLite.text(),
    author: State.SQLite.text(),
    note: State.SQLite.text(),
    likes: State.SQLite.integer(),
    at: State.SQLite.integer(),
  },
})

export const events = {
  added: Events.synced({ name: 'added', schema: Schema.Struct({ name: Schema.String, by: Schema.Number }) }),
  /** Puts in the counters `counter-1` to `counter-<to>`. */
  filled: Events.synced({ name: 'filled', schema: Schema.Struct({ to: Schema.Number }) }),
  written: Events.synced({
    name: 'written',
    schema: Schema.Struct({
      id: Schema.Number,
      title: Schema.String,
      author: Schema.String,
      note: Schema.String,
      likes: Schema.Number,
      at: Schema.Number,
    }),
  }),
}

const FILL_SQL = `WITH RECURSIVE i(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM i WHERE id < $to)
  INSERT INTO counters (name, n) SELECT 'counter-' || id, 0 FROM i`

const materializers = State.SQLite.materializers(events, {
  added: ({ name, by }) => ({
    sql: 'INSERT INTO counters (name, n) VALUES ($name, $by) ON CONFLICT (name) DO UPDATE SET n = n + excluded.n',
    bindValues: { name, by },
    writeTables: new Set(['counters']),
  }),
  filled: ({ to }) => ({ sql: FILL_SQL, bindValues: { to }, writeTables: new Set(['counters']) }),
  written: (thing) => things.insert(thing),
})

export const schema = makeSchema({ events, state: State.SQLite.makeState({ tables: { counters, things }, materializers }) })
