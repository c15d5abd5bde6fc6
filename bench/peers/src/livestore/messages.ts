import type { LiveStoreEvent } from '@livestore/livestore'

/** An event as it is sent: a place in the order of all, and the place before that. */
export type SentEvent = LiveStoreEvent.Global.Encoded

/** What a client sends. */
export type ToHub =
  /** All events after this place, and from then on each that comes. */
  | { readonly follow: number }
  /** Events that come right after all that the client knows of. */
  | { readonly push: readonly SentEvent[]; readonly id: number }

/** What the hub sends. */
export type ToClient =
  | { readonly events: readonly SentEvent[]; readonly remaining: number }
  /** A push is on disk, or came too late: then it is the place that the hub has reached. */
  | { readonly pushed: number; readonly head?: number }
