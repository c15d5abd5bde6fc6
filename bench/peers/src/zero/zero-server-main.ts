import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mustGetMutator, mustGetQuery, type ReadonlyJSONValue } from '@rocicorp/zero'
import { handleMutateRequest, handleQueryRequest } from '@rocicorp/zero/server'
import { zeroPostgresJS } from '@rocicorp/zero/server/adapters/postgresjs'
import { answer, type HubOptions } from '@savepoint-demo/bench/comparison'
import postgres from 'postgres'
import { readJson } from '../read-json.ts'
import { startPostgres } from './postgres-server.ts'
import { startZeroCache } from './zero-cache.ts'
import { FILL_COUNTERS_SQL, FILL_THINGS_SQL, mutators, queries, schema, TABLES_SQL } from './zero-schema.ts'

/** Whoever is asked who it is. */
const USER = 'bench'

/** In the order in which they were started. */
const started: { stop(): Promise<void> }[] = []

answer('zero-server', { serve }, async () => {
  for (const { stop } of started.reverse()) await stop()
})

async function serve({ directory, counters = 0, things = 0 }: HubOptions): Promise<string> {
  const upstream = await startPostgres()
  started.push(upstream)
  await upstream.ready()
  const sql = postgres(upstream.url)
  await sql.unsafe(TABLES_SQL)
  await sql.unsafe(FILL_COUNTERS_SQL, [counters])
  await sql.unsafe(FILL_THINGS_SQL, [things])
  await sql.end()
  const apiUrl = await startApi(upstream.url)
  const cache = await startZeroCache({ directory, postgresUrl: upstream.url, apiUrl })
  started.push(cache)
  await cache.ready()
  return cache.url
}

/** The server that an app has: zero-cache asks it to run mutations, and what queries mean. */
async function startApi(postgresUrl: string): Promise<string> {
  const dbProvider = zeroPostgresJS(schema, postgresUrl)
  const server = createServer((request, response) => {
    void respond(dbProvider, request).then(
      (result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  started.push({ stop: async () => void server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function respond(dbProvider: ReturnType<typeof zeroPostgresJS<typeof schema>>, request: IncomingMessage): Promise<unknown> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://api')
  const asked = { userID: USER, query, body: (await readJson(request)) as ReadonlyJSONValue }
  if (pathname === '/query')
    return await handleQueryRequest({ ...asked, schema, handler: (name, args) => mustGetQuery(queries, name).fn({ args, ctx: undefined }) })
  return await handleMutateRequest({
    ...asked,
    dbProvider,
    handler: (transact) => transact(async (tx, name, args) => await mustGetMutator(mutators, name).fn({ tx, args, ctx: undefined })),
  })
}
