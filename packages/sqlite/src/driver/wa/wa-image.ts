import { clearWalMark } from '../database-image.ts'
import { SqliteError } from '../sqlite-error.ts'
import type { WaConnection } from './wa-connection.ts'
import { imageVfs } from './wa-image-vfs.ts'

const SQLITE_DESERIALIZE_FREEONCLOSE = 1
const SQLITE_DESERIALIZE_RESIZEABLE = 2

/** Opens the connection on a copy of the image, in memory: through `sqlite3_deserialize`, or a VFS where that is lacking. */
export function openImage(connection: WaConnection, image: Uint8Array): void {
  const { module, memory } = connection
  const deserialize = module._sqlite3_deserialize
  if (!deserialize) {
    openOnVfs(connection, image.slice())
    return
  }
  connection.open(':memory:', undefined)
  const at = memory.copyIn(image)
  clearWalMark(memory.heap.subarray(at, at + image.length))
  const flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE
  const code = memory.withCString('main', (schema) => deserialize(connection.db, schema, at, image.length, 0, image.length, 0, flags))
  connection.expectOk(code)
}

function openOnVfs(connection: WaConnection, image: Uint8Array): void {
  const vfs = imageVfs(connection.module)
  if (!vfs) throw unsupported('sqlite3_deserialize')
  clearWalMark(image)
  connection.open(vfs.add(image), vfs.name)
  connection.exec('PRAGMA journal_mode = MEMORY')
}

/** A copy of the whole database as the bytes of a file: as it is, or vacuumed where `sqlite3_serialize` is lacking. */
export function copyImage(connection: WaConnection): Uint8Array {
  const { module, memory } = connection
  const serialize = module._sqlite3_serialize
  if (!serialize) return vacuumImage(connection)
  const { out } = memory
  const at = memory.withCString('main', (schema) => serialize(connection.db, schema, out, 0))
  const bytes = memory.pointerAt(out)
  if (at === 0 && bytes !== 0) throw new SqliteError('SQLITE_NOMEM', `out of memory: ${bytes} bytes`)
  const image = memory.heap.slice(at, at + bytes)
  memory.free(at)
  clearWalMark(image)
  return image
}

function vacuumImage(connection: WaConnection): Uint8Array {
  const vfs = imageVfs(connection.module)
  if (!vfs) throw unsupported('sqlite3_serialize')
  const name = vfs.newName()
  connection.exec(`VACUUM INTO 'file:${name}?vfs=${vfs.name}'`)
  return vfs.take(name)
}

function unsupported(missing: string): SqliteError {
  return new SqliteError('SQLITE_ERROR', `This build of wa-sqlite lacks ${missing}: use @journeyapps/wa-sqlite.`)
}
