import { SuperJSON } from 'superjson'
import { SavepointError } from '../errors/savepoint-error.ts'
import { checkData, DATA_DEPTH_MAX, isForbiddenKey } from './check-data.ts'

/** An instance of its own: types that an app registers with superjson's shared one do not cross the wire. */
const superjson = new SuperJSON()

const ALLOWED_TYPES: ReadonlySet<unknown> = new Set(['undefined', 'bigint', 'Date', 'number', 'set', 'map'])

/**
 * Encodes arguments or a return value as superjson text. Plain JSON values, Date, bigint, Uint8Array, Map, Set,
 * undefined, NaN and infinities survive.
 *
 * @throws TypeError for anything else, naming the place (see `checkData`).
 */
export function encodeData(value: unknown): string {
  if (value === undefined) return ''
  if (checkData(value)) return `{"json":${JSON.stringify(value)}}`
  const { json, meta } = superjson.serialize(value)
  assertDecodable(json)
  return JSON.stringify(meta?.values === undefined ? { json } : { json, meta: { values: meta.values, v: meta.v } })
}

/**
 * Decodes what {@link encodeData} made, wherever it comes from: nothing in it is trusted.
 *
 * @throws SavepointError `bad-message` for anything that `encodeData` would not have produced.
 */
export function decodeData(text: string): unknown {
  if (text === '') return undefined
  const encoded = parse(text)
  if (typeof encoded !== 'object' || encoded === null || !Object.hasOwn(encoded, 'json')) throw refuse('is not superjson')
  const { json, meta } = encoded as { json: unknown; meta?: unknown }
  checkJSON(json, 0)
  if (meta === undefined) return json
  const values = (meta as { values?: unknown } | null)?.values
  checkTypes(values, 0)
  try {
    const value: unknown = superjson.deserialize({ json: json as never, meta: { values: values as never, v: 1 } })
    checkData(value)
    return value
  } catch (cause) {
    throw refuse('does not fit its own types', cause)
  }
}

/** Maps and Sets take more levels as JSON than as values: what the other side would refuse is refused here. */
function assertDecodable(json: unknown): void {
  try {
    checkJSON(json, 0)
  } catch {
    throw new TypeError(`value nests deeper than ${DATA_DEPTH_MAX} levels once its Maps and Sets are written out`)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw refuse('is not JSON', cause)
  }
}

function checkJSON(json: unknown, depth: number): void {
  if (typeof json !== 'object' || json === null) return
  if (depth > DATA_DEPTH_MAX) throw refuse(`nests deeper than ${DATA_DEPTH_MAX} levels`)
  if (Array.isArray(json)) {
    for (const item of json) checkJSON(item, depth + 1)
    return
  }
  for (const key of Object.keys(json)) {
    if (isForbiddenKey(key)) throw refuse(`has a key "${key}"`)
    checkJSON((json as { [key: string]: unknown })[key], depth + 1)
  }
}

/** superjson's type tree: a leaf `[type]`, an inner node `[{path: tree}]`, a typed leaf with children `[type, {path: tree}]`. */
function checkTypes(node: unknown, depth: number): void {
  if (depth > DATA_DEPTH_MAX * 2) throw refuse('nests its types too deep')
  if (Array.isArray(node)) {
    const [first, second] = node as unknown[]
    if (node.length > 2 || node.length === 0) throw refuse('has a malformed type')
    if (node.length === 1 && isTree(first)) return checkTypes(first, depth + 1)
    checkType(first)
    if (node.length === 2) checkTypes(second, depth + 1)
    return
  }
  if (!isTree(node)) throw refuse('has a malformed type')
  for (const [path, child] of Object.entries(node)) {
    if (path.split('.').some((part) => isForbiddenKey(part.replaceAll('\\', '')))) throw refuse(`has a key "${path}"`)
    checkTypes(child, depth + 1)
  }
}

function checkType(type: unknown): void {
  if (ALLOWED_TYPES.has(type)) return
  if (Array.isArray(type) && type.length === 2 && type[0] === 'typed-array' && type[1] === 'Uint8Array') return
  throw refuse(`has the type ${JSON.stringify(type)}, which is not allowed`)
}

function isTree(node: unknown): node is { [path: string]: unknown } {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}

function refuse(what: string, cause?: unknown): SavepointError {
  return new SavepointError('bad-message', `Encoded data ${what}. It was refused and has had no effect.`, { cause })
}
