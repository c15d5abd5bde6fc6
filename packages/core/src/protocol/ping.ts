import { type Fields, readCount } from './fields.ts'

/** Client → server when the line has been quiet: the server answers `pong` at once. */
export interface Ping {
  readonly type: 'ping'
  /** As in {@link Hello}. */
  readonly confirmed: number
}

/** @throws SavepointError `bad-message` */
export function readPing(fields: Fields): Ping {
  return { type: 'ping', confirmed: readCount(fields, 'confirmed') }
}
