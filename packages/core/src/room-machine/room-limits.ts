/** How much one room takes on. */
export interface RoomLimits {
  /** Lines at once. */
  readonly clients: number
  /** Mutations of one client that wait to be run, or whose outcomes it has not confirmed. */
  readonly pendingPerClient: number
}

export const ROOM_LIMITS: RoomLimits = {
  // Each batch is sent to all of them, so this bounds the time between two batches.
  clients: 10_000,
  // The room must keep what is not confirmed, and tell it all again at each hello; a client confirms with every push.
  pendingPerClient: 10_000,
}
