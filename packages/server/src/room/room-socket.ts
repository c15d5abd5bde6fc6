/** One client's line, as a room sees it. A WebSocket behind a few lines of glue, or something in the same process. */
export interface RoomSocket {
  /** `follows`: it was sent together with the frame before, and is not to be parted from it. */
  send(frame: string, follows?: boolean): void
  /** Ends it, after what was sent. `reason` is for whoever reads a trace. */
  close(reason: string): void
  /** Drops it at once, with what was sent and has not left. */
  cut(): void
  /** Stops reading, so that the client waits, until `resume`. Left out where what comes cannot be held back. */
  pause?(): void
  resume?(): void
  /** Bytes that were sent and have not left yet. */
  readonly bufferedBytes: number
}

/** What the socket's owner calls. */
export interface RoomConnection {
  receive(frame: string): void
  closed(): void
}
