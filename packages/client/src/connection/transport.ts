/** What a socket tells its owner. Nothing is told after `closed`. */
export interface SocketListener {
  /** @param over what the line goes over, where there is a choice. A line that goes another way after all tells it again. */
  opened(over?: 'websocket' | 'http'): void
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

/** Where a snapshot stands. */
export interface SnapshotPosition {
  readonly epoch: string
  readonly version: number
  /** The digest of its content: 16 hex digits. */
  readonly digest: string
}

/** A room's database file at a version. */
export interface Snapshot extends SnapshotPosition {
  readonly bytes: Uint8Array
}

/** One whose file a {@link SnapshotSink} has taken. */
export interface ReceivedSnapshot extends SnapshotPosition {
  /** The file's size in bytes. */
  readonly received: number
}

/** Takes a snapshot's file in parts, as they come. What it throws ends the download. */
export interface SnapshotSink {
  /** What there is of an earlier attempt: of which file (its ETag), and how many bytes. */
  readonly partial: { readonly tag: string; readonly bytes: number } | undefined
  /** A file of `size` bytes follows, from byte `at` on: 0, or where the partial one of the same tag ends. */
  begin(tag: string, size: number, at: number): void
  /** The next bytes. */
  write(bytes: Uint8Array): void
}

/** Called whenever some has come, if it is known with how many bytes of how many: a download that goes quiet is given up. */
export type Progress = (bytes?: number, ofBytes?: number) => void

/** What proves who this is, asked for at each attempt to connect. With `fresh`, the last one that was given is good no more. */
export type GiveToken = (asked: TokenRequest) => string | undefined | Promise<string | undefined>

export interface TokenRequest {
  readonly fresh: boolean
}

/** Gives the token of one attempt to connect. */
export type AskToken = () => string | undefined | Promise<string | undefined>

/** How a client reaches its room. */
export interface Transport {
  connect(listener: SocketListener, asked?: TokenRequest): Socket
  /** @throws (rejects) SavepointError if the server refuses; another error if it cannot be had whole, or the signal aborts. */
  fetchSnapshot(signal: AbortSignal, progress: Progress): Promise<Snapshot>
  /**
   * The same for a file that is too large for memory: it goes on where an earlier attempt broke off, if the server has that
   * file still. Left out by a transport that can only fetch it whole.
   */
  receiveSnapshot?(signal: AbortSignal, progress: Progress, sink: SnapshotSink): Promise<ReceivedSnapshot>
  /** Tells when the device has a network again, or none any more. Returns what ends it. Left out where nothing is known of that. */
  onNetwork?(changed: (isThere: boolean) => void): () => void
}
