/** What a socket tells its owner. Nothing is told after `closed`. */
export interface SocketListener {
  opened(): void
  received(frame: string): void
  /** @param error why, if it is known here */
  closed(error?: unknown): void
}

/** One attempt at a connection, from opening to close. */
export interface Socket {
  send(frame: string): void
  /** Closes it; the listener hears nothing more. */
  close(): void
}

/** A room's database file at a version. */
export interface Snapshot {
  readonly epoch: string
  readonly version: number
  /** The digest of its content: 16 hex digits. */
  readonly digest: string
  readonly bytes: Uint8Array
}

/** How a client reaches its room. */
export interface Transport {
  connect(listener: SocketListener): Socket
  /**
   * @param progress to be called whenever some of it has come, if it is known with how many bytes of how many: a download
   * that goes quiet is given up.
   * @throws (rejects) SavepointError if the server refuses; another error if it cannot be had whole, or the signal aborts.
   */
  fetchSnapshot(signal: AbortSignal, progress: (bytes?: number, ofBytes?: number) => void): Promise<Snapshot>
}
