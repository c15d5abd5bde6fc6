import { hashText } from '../values/hash-text.ts'

/** What an app says about its database. */
export interface SchemaDefinition {
  /** Names the app's schema, so that a client of one app cannot sync with a room of another. */
  readonly name: string
  /** A whole number from 1, raised whenever `sql` changes. */
  readonly version: number
  /** The DDL that makes an empty database into the app's: tables, indexes, triggers, views, FTS5 tables. */
  readonly sql: string
  /** Ordinary tables that triggers rebuild from synced ones. They are not synced; virtual tables never are. */
  readonly derived?: readonly string[]
}

/** What client and server compare before they sync. */
export interface SchemaID {
  readonly name: string
  readonly version: number
  readonly hash: string
}

/** A schema that both sides share. `hash` covers name, version, SQL text and derived tables. */
export interface Schema extends SchemaID {
  readonly sql: string
  readonly derived: readonly string[]
}

/**
 * Defines the schema that an app's clients and rooms share. The SQL itself is checked when a database is made from it.
 *
 * @throws TypeError if the name is empty, the version is not a whole number from 1, or the SQL is empty.
 * @example
 * const schema = defineSchema({
 *   name: 'shop',
 *   version: 1,
 *   sql: 'CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL)',
 * })
 */
export function defineSchema(definition: SchemaDefinition): Schema {
  const { name, version, sql, derived = [] } = definition
  if (typeof name !== 'string' || name === '') throw new TypeError('defineSchema: name must be a non-empty string')
  if (!Number.isSafeInteger(version) || version < 1)
    throw new TypeError(`defineSchema: version must be a whole number from 1, not ${version}`)
  if (typeof sql !== 'string' || sql.trim() === '') throw new TypeError('defineSchema: sql must hold the DDL of at least one table')
  const hash = hashText(JSON.stringify([name, version, sql, derived]))
    .map((lane) => lane.toString(16).padStart(8, '0'))
    .join('')
  return Object.freeze({ name, version, sql, derived: Object.freeze([...derived]), hash })
}
