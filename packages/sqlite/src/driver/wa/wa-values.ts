import { type BindValue, type ExactValue, Real, type SqlValue } from '@savepoint/core'
import { isInt64 } from '../bind-params.ts'
import { decodeText } from './text.ts'
import type { WaMemory } from './wa-memory.ts'
import type { WaSqliteModule } from './wa-module.ts'

const SQLITE_INTEGER = 1
const SQLITE_FLOAT = 2
const SQLITE_TEXT = 3
const SQLITE_BLOB = 4
/** Makes SQLite take a copy before the call returns. */
const SQLITE_TRANSIENT = -1
const TWO_POW_32 = 0x1_0000_0000
const NOT_BINDABLE = -1

/** An int64 from its halves, as a number if that is exact. */
export function int64(low: number, high: number): number | bigint {
  const value = high * TWO_POW_32 + (low >>> 0)
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low >>> 0)
}

export function columnValue(module: WaSqliteModule, memory: WaMemory, statement: number, column: number): SqlValue {
  switch (module._sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return columnInteger(module, statement, column)
    case SQLITE_FLOAT:
      return module._sqlite3_column_double(statement, column)
    case SQLITE_TEXT: {
      const at = module._sqlite3_column_text(statement, column)
      return decodeText(memory.heap, at, module._sqlite3_column_bytes(statement, column))
    }
    case SQLITE_BLOB: {
      const at = module._sqlite3_column_blob(statement, column)
      return memory.heap.slice(at, at + module._sqlite3_column_bytes(statement, column))
    }
    default:
      return null
  }
}

export function columnExact(module: WaSqliteModule, memory: WaMemory, statement: number, column: number): ExactValue {
  if (module._sqlite3_column_type(statement, column) !== SQLITE_FLOAT) return columnValue(module, memory, statement, column)
  const value = module._sqlite3_column_double(statement, column)
  return Number.isSafeInteger(value) ? new Real(value) : value
}

/** As a double first, which is one call and exact for all but a few. */
function columnInteger(module: WaSqliteModule, statement: number, column: number): number | bigint {
  const value = module._sqlite3_column_double(statement, column)
  if (Number.isSafeInteger(value)) return value
  const low = module._sqlite3_column_int64(statement, column)
  return int64(low, module.getTempRet0())
}

/** Reads an argument of a function, a `sqlite3_value`. */
export function argumentValue(module: WaSqliteModule, memory: WaMemory, pointer: number): ExactValue {
  switch (module._sqlite3_value_type(pointer)) {
    case SQLITE_INTEGER: {
      const value = module._sqlite3_value_double(pointer)
      if (Number.isSafeInteger(value)) return value
      const low = module._sqlite3_value_int64(pointer)
      return int64(low, module.getTempRet0())
    }
    case SQLITE_FLOAT: {
      const value = module._sqlite3_value_double(pointer)
      return Number.isSafeInteger(value) ? new Real(value) : value
    }
    case SQLITE_TEXT: {
      const at = module._sqlite3_value_text(pointer)
      return decodeText(memory.heap, at, module._sqlite3_value_bytes(pointer))
    }
    case SQLITE_BLOB: {
      const at = module._sqlite3_value_blob(pointer)
      return memory.heap.slice(at, at + module._sqlite3_value_bytes(pointer))
    }
    default:
      return null
  }
}

/** Binds by the bind rule. Returns SQLite's result code, or a negative number if the value is not one that can be bound. */
export function bindColumn(module: WaSqliteModule, memory: WaMemory, statement: number, index: number, value: BindValue): number {
  switch (typeof value) {
    case 'number':
      if ((value | 0) === value) return module._sqlite3_bind_int(statement, index, value)
      if (!Number.isSafeInteger(value)) return module._sqlite3_bind_double(statement, index, value)
      return module._sqlite3_bind_int64(statement, index, value | 0, Math.floor(value / TWO_POW_32))
    case 'string': {
      const bytes = memory.putText(value)
      return module._sqlite3_bind_text(statement, index, memory.at, bytes, memory.destructor)
    }
    case 'boolean':
      return module._sqlite3_bind_int(statement, index, value ? 1 : 0)
    case 'bigint':
      return isInt64(value) ? module._sqlite3_bind_int64(statement, index, low(value), high(value)) : NOT_BINDABLE
    case 'undefined':
      return module._sqlite3_bind_null(statement, index)
  }
  if (value === null) return module._sqlite3_bind_null(statement, index)
  if (value instanceof Real) return module._sqlite3_bind_double(statement, index, value.value)
  if (!(value instanceof Uint8Array)) return NOT_BINDABLE
  const bytes = memory.putBytes(value)
  return module._sqlite3_bind_blob(statement, index, memory.at, bytes, memory.destructor)
}

/** Returns a value from a function by the bind rule; false if it is not one that can be bound. */
export function setResult(module: WaSqliteModule, memory: WaMemory, context: number, value: BindValue): boolean {
  switch (typeof value) {
    case 'number':
      if ((value | 0) === value) module._sqlite3_result_int(context, value)
      else if (!Number.isSafeInteger(value)) module._sqlite3_result_double(context, value)
      else module._sqlite3_result_int64(context, value | 0, Math.floor(value / TWO_POW_32))
      return true
    case 'string': {
      const used = memory.used
      const bytes = memory.putText(value)
      module._sqlite3_result_text(context, memory.at, bytes, memory.destructor || SQLITE_TRANSIENT)
      memory.used = used
      return true
    }
    case 'boolean':
      module._sqlite3_result_int(context, value ? 1 : 0)
      return true
    case 'bigint':
      if (!isInt64(value)) return false
      module._sqlite3_result_int64(context, low(value), high(value))
      return true
    case 'undefined':
      module._sqlite3_result_null(context)
      return true
  }
  if (value === null) module._sqlite3_result_null(context)
  else if (value instanceof Real) module._sqlite3_result_double(context, value.value)
  else if (value instanceof Uint8Array) {
    const used = memory.used
    const bytes = memory.putBytes(value)
    module._sqlite3_result_blob(context, memory.at, bytes, memory.destructor || SQLITE_TRANSIENT)
    memory.used = used
  } else return false
  return true
}

function low(value: bigint): number {
  return Number(BigInt.asIntN(32, value))
}

function high(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n))
}
