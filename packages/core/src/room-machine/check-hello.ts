import type { ErrorCode } from '../errors/savepoint-error.ts'
import type { Hello } from '../protocol/hello.ts'
import { PROTOCOL_VERSION } from '../protocol/protocol-version.ts'
import type { SchemaID } from '../schema/define-schema.ts'
import { unauthorizedClient } from './admit.ts'
import type { ClientRecord } from './client-record.ts'

interface HelloRefusal {
  readonly code: ErrorCode
  readonly message: string
}

/** What can be told from the hello alone, before anything is read. Null: it may go on. */
export function checkVersions(hello: Hello, schema: SchemaID): HelloRefusal | null {
  if (hello.protocol !== PROTOCOL_VERSION) {
    return {
      code: 'protocol-version',
      message: `The client speaks protocol ${hello.protocol}, the server ${PROTOCOL_VERSION}. What is pending is kept; update the older side.`,
    }
  }
  if (hello.schema.name !== schema.name || hello.schema.version !== schema.version || hello.schema.hash !== schema.hash) {
    return {
      code: 'schema-mismatch',
      message: `The client has schema ${describe(hello.schema)}, the room ${describe(schema)}. What is pending is kept; deploy both sides from one schema.`,
    }
  }
  return null
}

/**
 * True if the client's base is of this incarnation of the room, and the client is not ahead of it. One that is ahead
 * tells of a room restored by hand, with its old epoch. Who has just been sent a snapshot for it (`told`) still counts
 * its mutations as before, and learns with the welcome how they count now.
 */
export function sharesHistory(
  hello: Hello,
  room: { readonly epoch: string; readonly version: number },
  client: ClientRecord | null,
  told: boolean,
): boolean {
  if (hello.base === null || hello.base.epoch !== room.epoch || hello.base.version > room.version) return false
  return told || hello.confirmed <= (client?.lastMutationID ?? 0)
}

/**
 * Whether this client may go on under its clientID. Null: it may. A fork is not told here: the outcomes that follow the
 * welcome name mutations by seed, and by these the client finds what is its own, and so can take a new ID without losing
 * or repeating anything.
 */
export function checkClient(identity: string, owner: { readonly identity: string } | null): HelloRefusal | null {
  return owner !== null && owner.identity !== identity ? unauthorizedClient() : null
}

function describe(schema: SchemaID): string {
  return `"${schema.name}" version ${schema.version} (${schema.hash.slice(0, 8)})`
}
