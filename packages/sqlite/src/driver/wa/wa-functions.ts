import type { BindValue, ExactValue } from '@savepoint/core'
import { unbindable } from '../bind-params.ts'
import { SqliteError } from '../sqlite-error.ts'
import type { WaConnection } from './wa-connection.ts'
import { argumentValue, setResult } from './wa-values.ts'

const ANY_COUNT = -1
const SQLITE_UTF8 = 1
/** No flag set: the function is not async. */
const SYNC = new Uint8Array(4)

export type SqlFunction = (...args: ExactValue[]) => BindValue

/**
 * Registers `fn` with SQLite, on this connection alone, and returns what forgets it once the connection is closed. The
 * modules' own JavaScript is passed by: it keys functions by name, so that one of the same name on a second connection
 * takes the first one's place.
 */
export function registerFunction(connection: WaConnection, name: string, fn: SqlFunction): () => void {
  const { module, memory, db } = connection
  const { _libfunction_create_function: create, setCallback, deleteCallback } = module
  if (create && setCallback && deleteCallback) {
    const key = memory.copyIn(SYNC)
    connection.expectOk(memory.withCString(name, (text) => create(db, text, ANY_COUNT, SQLITE_UTF8, key, 1, 0, 0)))
    setCallback(key, (_method, context, count, values) => invoke(connection, name, fn, context, module.HEAP32, values >> 2, count))
    return () => deleteCallback(key)
  }
  if (!module.createFunction) throw new SqliteError('SQLITE_ERROR', 'This build of wa-sqlite has no way to register a function.')
  const call = (context: number, values: Uint32Array) => invoke(connection, name, fn, context, values, 0, values.length)
  connection.expectOk(module.createFunction(db, name, ANY_COUNT, SQLITE_UTF8, 0, call))
  return () => {}
}

function invoke(
  connection: WaConnection,
  name: string,
  fn: SqlFunction,
  context: number,
  values: Uint32Array | Int32Array,
  from: number,
  count: number,
): void {
  const { module, memory } = connection
  const args: ExactValue[] = []
  for (let i = 0; i < count; i++) args.push(argumentValue(module, memory, values[from + i] as number))
  connection.inFunction = true
  try {
    const result = fn(...args)
    if (!setResult(module, memory, context, result)) throw unbindable(result, `The result of ${name}()`)
  } catch (error) {
    connection.thrown = { error }
    module._sqlite3_result_error(context, 0, 0)
  } finally {
    connection.inFunction = false
  }
}
