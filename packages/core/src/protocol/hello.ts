import type { SchemaID } from '../schema/define-schema.ts'
import { type Fields, readCount, readObject, readShortText } from './fields.ts'

/** Where a replica's base stands. */
export interface BasePosition {
  readonly epoch: string
  readonly version: number
}

/**
 * Client → server, first on every socket, and again once a snapshot has been fetched: who the client is and what it has.
 */
export interface Hello {
  readonly type: 'hello'
  readonly protocol: number
  readonly clientID: string
  readonly schema: SchemaID
  /** Null if the replica is empty: the server then names a snapshot. */
  readonly base: BasePosition | null
  /** All outcomes up to this mutationID are kept by the client; the server may forget them. */
  readonly confirmed: number
  /** The highest mutationID that the client has given out. */
  readonly issued: number
}

/** @throws SavepointError `bad-message` */
export function readHello(fields: Fields): Hello {
  const schema = readObject(fields.schema, 'schema')
  return {
    type: 'hello',
    protocol: readCount(fields, 'protocol'),
    clientID: readShortText(fields, 'clientID'),
    schema: { name: readShortText(schema, 'name'), version: readCount(schema, 'version', 1), hash: readShortText(schema, 'hash') },
    base: fields.base === null ? null : readBase(readObject(fields.base, 'base')),
    confirmed: readCount(fields, 'confirmed'),
    issued: readCount(fields, 'issued'),
  }
}

function readBase(fields: Fields): BasePosition {
  return { epoch: readShortText(fields, 'epoch'), version: readCount(fields, 'version') }
}
