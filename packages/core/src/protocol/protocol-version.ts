/** Raised whenever the meaning or shape of a frame changes. Both sides must speak the same. */
export const PROTOCOL_VERSION = 1
