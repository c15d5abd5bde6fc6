import { clearWalMark } from '../database-image.ts'
import { SqliteError } from '../sqlite-error.ts'
import type { WaConnection } from './wa-connection.ts'

const SQLITE_DESERIALIZE_FREEONCLOSE = 1
const SQLITE_DESERIALIZE_RESIZEABLE = 2

/** Makes the image the connection's database, in memory of its own. */
export function adoptImage(connection: WaConnection, image: Uint8Array): void {
  const { module, memory } = connection
  const deserialize = module._sqlite3_deserialize
  if (!deserialize) throw unsupported('sqlite3_deserialize', 'open the bytes through a VFS instead')
  const at = memory.copyIn(image)
  clearWalMark(memory.heap.subarray(at, at + image.length))
  const flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE
  const code = memory.withCString('main', (schema) => deserialize(connection.db, schema, at, image.length, 0, image.length, 0, flags))
  connection.expectOk(code)
}

/** A copy of the whole database as the bytes of a file. */
export function copyImage(connection: WaConnection): Uint8Array {
  const { module, memory } = connection
  const serialize = module._sqlite3_serialize
  if (!serialize) throw unsupported('sqlite3_serialize', 'copy the file through its VFS instead')
  const { out } = memory
  const at = memory.withCString('main', (schema) => serialize(connection.db, schema, out, 0))
  const bytes = memory.pointerAt(out)
  if (at === 0 && bytes !== 0) throw new SqliteError('SQLITE_NOMEM', `out of memory: ${bytes} bytes`)
  const image = memory.heap.slice(at, at + bytes)
  memory.free(at)
  clearWalMark(image)
  return image
}

function unsupported(missing: string, instead: string): SqliteError {
  return new SqliteError('SQLITE_ERROR', `This build of wa-sqlite lacks ${missing}: ${instead}, or use @journeyapps/wa-sqlite.`)
}
