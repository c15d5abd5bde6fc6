import { type Fields, readCount, readObject, readOneOf, readShortText } from './fields.ts'
import { type Reason, readReason } from './refusal.ts'

/** Server → client, in answer to a hello. */
export interface Welcome {
  readonly type: 'welcome'
  readonly epoch: string
  /** The room's version now. */
  readonly version: number
  /** The highest mutationID of this client that the room has processed. */
  readonly lastMutationID: number
  /**
   * `poke`: a poke from the client's base to `version` follows at once, with the outcomes it lacks, even if empty.
   * `snapshot`: the client is to fetch a snapshot and say hello again with it; no poke comes before that.
   */
  readonly next: 'poke' | 'snapshot'
  /** Why no push is taken on this socket, if none is: the client follows the room, and keeps what is pending. */
  readonly readOnly: Reason | null
}

/** @throws SavepointError `bad-message` */
export function readWelcome(fields: Fields): Welcome {
  return {
    type: 'welcome',
    epoch: readShortText(fields, 'epoch'),
    version: readCount(fields, 'version'),
    lastMutationID: readCount(fields, 'lastMutationID'),
    next: readOneOf(fields, 'next', ['poke', 'snapshot']),
    readOnly: fields.readOnly === null ? null : readReason(readObject(fields.readOnly, 'readOnly')),
  }
}
