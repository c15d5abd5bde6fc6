/** Arguments and return values nest at most this deep, so that no walk over them can exhaust the stack. */
export const DATA_DEPTH_MAX = 32

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** True for keys that could reach an object's prototype when they are assigned. */
export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN_KEYS.has(key)
}

/**
 * Walks a value before it is encoded. Returns true if plain JSON carries it without loss, false if superjson is needed.
 *
 * @throws TypeError for what is not data (functions, class instances, RegExp, Error, URL …), for forbidden keys and for
 * nesting beyond {@link DATA_DEPTH_MAX}, naming the place.
 */
export function checkData(value: unknown, path = 'value', depth = 0): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'undefined':
    case 'bigint':
      return false
    case 'object':
      return value === null || checkObject(value, path, depth)
    default:
      throw new TypeError(`${path} is a ${typeof value}, which cannot be sent; use plain data`)
  }
}

function checkObject(value: object, path: string, depth: number): boolean {
  if (depth >= DATA_DEPTH_MAX) throw new TypeError(`${path} nests deeper than ${DATA_DEPTH_MAX} levels`)
  if (Array.isArray(value)) {
    let plain = true
    for (let i = 0; i < value.length; i++) if (!checkData(value[i], `${path}[${i}]`, depth + 1)) plain = false
    return plain
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) {
    let plain = true
    for (const key of Object.keys(value)) {
      if (isForbiddenKey(key)) throw new TypeError(`${path} has a key "${key}", which is not allowed`)
      if (!checkData((value as { [key: string]: unknown })[key], `${path}.${key}`, depth + 1)) plain = false
    }
    return plain
  }
  if (value instanceof Date || value instanceof Uint8Array) return false
  if (value instanceof Set || value instanceof Map) {
    for (const item of value instanceof Map ? [...value.keys(), ...value.values()] : value)
      checkData(item, `${path} (${value.constructor.name} item)`, depth + 1)
    return false
  }
  throw new TypeError(
    `${path} is a ${value.constructor?.name ?? 'custom object'}, which cannot be sent; use plain objects, arrays, Date, bigint, Uint8Array, Map or Set`,
  )
}
