import {
  createBuilder,
  createSchema,
  defineMutator,
  defineMutators,
  defineQueries,
  defineQuery,
  number,
  string,
  table,
} from '@rocicorp/zero'

export const schema = createSchema({
  tables: [
    table('counters').columns({ name: string(), n: number() }).primaryKey('name'),
    table('things')
      .columns({ id: number(), title: string(), author: string(), note: string(), likes: number(), at: number() })
      .primaryKey('id'),
  ],
})

declare module '@rocicorp/zero' {
  interface DefaultTypes {
    schema: typeof schema
  }
}

/** The same tables, as PostgreSQL has them. */
export const TABLES_SQL = `CREATE TABLE counters (name text PRIMARY KEY, n integer NOT NULL);
  CREATE TABLE things (id integer PRIMARY KEY, title text NOT NULL, author text NOT NULL, note text NOT NULL, likes integer NOT NULL, at bigint NOT NULL)`

export const FILL_COUNTERS_SQL = "INSERT INTO counters SELECT 'counter-' || i, 0 FROM generate_series(1, $1::int) i"

/** Texts that hardly compress, as all systems have them. */
export const FILL_THINGS_SQL = `INSERT INTO things SELECT i, upper(left(md5(random()::text), 16)), upper(md5(random()::text)),
  upper(md5(random()::text) || md5(random()::text)), i % 1000, 1700000000000 + i FROM generate_series(1, $1::int) i`

export const zql = createBuilder(schema)

/** What clients ask the hub for. */
export const queries = defineQueries({ counters: defineQuery(() => zql.counters), things: defineQuery(() => zql.things) })

/** Run by the client, and again by the API server. */
export const mutators = defineMutators({
  add: defineMutator<{ name: string; by: number }, typeof schema>(async ({ tx, args: { name, by } }) => {
    const counter = await tx.run(zql.counters.where('name', name).one())
    if (counter === undefined) await tx.mutate.counters.insert({ name, n: by })
    else await tx.mutate.counters.update({ name, n: counter.n + by })
  }),
})
