import type { Connection } from './connections.ts'

/** A client's line, as it can be shown. */
export interface LineView extends Pick<Connection, 'state' | 'identity' | 'readOnly'> {
  readonly connection: number
  /** Null before the welcome. */
  readonly clientID: string | null
  /** What it was sent up to; null before it has a base. */
  readonly version: number | null
}
