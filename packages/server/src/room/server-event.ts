/** What a server tells its log. */
export type ServerEvent =
  | { readonly event: 'room-opened'; readonly room: string; readonly version: number }
  | { readonly event: 'room-closed'; readonly room: string }
  | { readonly event: 'room-failed'; readonly room: string; readonly error: unknown }
  | { readonly event: 'room-recovered'; readonly room: string; readonly version: number }
  | { readonly event: 'batch-committed'; readonly room: string; readonly from: number; readonly to: number }
  | { readonly event: 'client-cut'; readonly room: string; readonly bufferedBytes: number }
  /** The disk is below the mark, and no pushes are taken; or it is above it again. */
  | { readonly event: 'disk-low' | 'disk-roomy'; readonly freeBytes: number }
  /** What the app does after a commit has thrown; the commit stands. */
  | { readonly event: 'after-commit-failed'; readonly room: string; readonly error: unknown }
  /** A request or a socket was refused for a reason that is not the client's. */
  | { readonly event: 'request-failed'; readonly error: unknown }
