import { SERVER } from '../scenario/scenario.ts'
import type { TableState, TraceEvent } from '../trace/trace-event.ts'
import type { World } from './world.ts'

/** Rows of a table that are kept; more are only counted. */
const ROWS_MAX = 100

type State = Omit<Extract<TraceEvent, { type: 'state' }>, 'at'>
type ReadRows = (sql: string) => Promise<{ [column: string]: unknown }[]>

/** What each node that is up holds, for whoever looks at the run. */
export async function readStates(world: World): Promise<State[]> {
  const states: State[] = []
  for (const room of world.rooms.values()) {
    if (!room.isUp) continue
    const tables = await readTables(async (sql) => room.query(sql))
    states.push({ node: SERVER, type: 'state', room: room.name, version: room.version, digest: room.log.at(-1)?.digest ?? '', tables })
  }
  for (const client of world.clients.values()) {
    if (!client.isUp) continue
    const tables = await readTables((sql) => client.query(sql))
    const { name: node, room, position, digest } = client
    states.push({ node, type: 'state', room, version: position?.version ?? null, digest, tables })
  }
  return states
}

async function readTables(read: ReadRows): Promise<TableState[]> {
  const tables: TableState[] = []
  const names = await read(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_savepoint\\_%' ESCAPE '\\' ORDER BY name`,
  )
  for (const { name } of names) tables.push(await readTable(String(name), read))
  return tables
}

async function readTable(name: string, read: ReadRows): Promise<TableState> {
  const table = `"${name.replaceAll('"', '""')}"`
  const rows = await read(`SELECT * FROM ${table} LIMIT ${ROWS_MAX}`)
  const columns = (await read(`SELECT name FROM pragma_table_info('${name.replaceAll("'", "''")}')`)).map((column) => String(column.name))
  const [counted] = await read(`SELECT count(*) AS count FROM ${table}`)
  return { name, columns, rows: rows.map((row) => columns.map((column) => textOf(row[column]))), rowCount: Number(counted?.count) }
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? `x'${Buffer.from(value).toString('hex')}'` : String(value)
}
