import { createClient } from '@savepoint/client/node'
import { countersMutators, countersSchema } from '../apps/counters.ts'

/** A query, and its parameters. */
type Query = readonly [sql: string, params: readonly number[]]

/** A client in place that stays offline, with counters `counter-1` to `counter-<rows>` and live queries on them. */
export class WatchedClient {
  readonly #client: Awaited<ReturnType<typeof open>>
  #heard = () => {}

  static async open({ rows, note, queries }: { rows: number; note: string; queries: readonly Query[] }): Promise<WatchedClient> {
    const client = await open()
    client.mutate.fill({ from: 1, to: rows, note })
    return new WatchedClient(client, queries)
  }

  private constructor(client: Awaited<ReturnType<typeof open>>, queries: readonly Query[]) {
    this.#client = client
    for (const [sql, params] of queries) client.live(sql, params).subscribe(() => this.#heard())
  }

  /** Adds to a counter. Resolves when a query that it concerns has told of it. */
  add(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve
      this.#client.mutate.add({ name, by: 1 })
    })
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}

function open() {
  return createClient({ schema: countersSchema, mutators: countersMutators, url: 'http://127.0.0.1', room: 'none', autoStart: false })
}
