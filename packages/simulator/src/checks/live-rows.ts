import { inspect, isDeepStrictEqual } from 'node:util'
import { quoteName } from '../model/content-query.ts'
import { Violation } from '../view/violation.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

const TABLES = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
  AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_savepoint\\_%' ESCAPE '\\' ORDER BY name`

/**
 * [G8] A live query shows what a query that is made now shows. Each client has one, each on another table, since it costs a run at
 * each change.
 */
export class LiveRows implements Checker {
  readonly name = 'live-rows'
  readonly guarantee = 'G8'
  readonly #queries = new Map<string, string | null>()
  /** By client, the rows that were right last, and its `changes` then. */
  readonly #right = new Map<string, { readonly shown: readonly unknown[]; readonly changes: number }>()

  async afterStep(client: ClientView, world: WorldView): Promise<void> {
    const sql = await this.#query(client, world)
    if (sql === null) return
    const shown = client.shown(sql)
    const { changes } = client
    const right = this.#right.get(client.name)
    if (right?.shown === shown && right.changes === changes) return
    const rows = await client.query(sql)
    if (isDeepStrictEqual(shown, rows) || isDeepStrictEqual(sorted(shown), sorted(rows))) {
      this.#right.set(client.name, { shown, changes })
      return
    }
    throw new Violation(
      this.guarantee,
      this.name,
      `A live query of client ${client.name} shows ${describe(shown)}, and a query ${describe(rows)}: ${sql}`,
    )
  }

  async #query(client: ClientView, { clients }: WorldView): Promise<string | null> {
    const known = this.#queries.get(client.name)
    if (known !== undefined) return known
    const tables = await client.query(TABLES)
    const table = tables[[...clients.keys()].indexOf(client.name) % tables.length]
    const sql = table === undefined ? null : `SELECT * FROM ${quoteName(String(table.name))}`
    this.#queries.set(client.name, sql)
    return sql
  }
}

/** Without ORDER BY, a rebase may change the order and nothing else: nobody is told of that. */
function sorted(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => inspect(row)).sort()
}

function describe(rows: readonly unknown[]): string {
  return `${rows.length} rows ${JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)).slice(0, 200)}`
}
