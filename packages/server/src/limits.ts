import { CLIENT_FRAME_LENGTH_MAX, IN_FLIGHT_MAX, ROOM_LIMITS, SERVER_FRAME_LENGTH_MAX } from '@savepoint/core'

interface Limit {
  readonly standard: number
  /** Less would lock well-behaved clients out, or more break what others rely on. */
  readonly min: number
  readonly max?: number
  readonly unit: string
  /** What happens to whoever goes over it. */
  readonly over: string
}

/** Milliseconds that a timer can be set for: one that is set for longer goes off at once. */
export const TIMER_MS_MAX = 0x7fff_ffff

/** What a server takes on, and from whom. Each can be set with `limits`. The table in docs/LIMITS.md is made of these. */
export const LIMITS = {
  /** Each holds two database connections, their caches and five file descriptors. */
  roomsOpen: { standard: 2000, min: 1, unit: 'rooms', over: 'others are refused as `overloaded`' },
  /** Each batch is sent to all of them, which bounds the time between two. */
  clientsPerRoom: { standard: ROOM_LIMITS.clients, min: 1, unit: 'lines', over: 'others are refused as `overloaded`' },
  /** A whole office may share an address, but not a whole botnet. Addresses of this machine are not counted: a proxy is there. */
  connectionsPerAddress: {
    standard: 1000,
    min: 1,
    unit: 'sockets, lines and streams of events',
    over: 'others are refused as `overloaded`',
  },
  /** A client says who it is as soon as its socket is open; who holds sockets open without a word holds none for longer. */
  handshakeMs: { standard: 10_000, min: 1, max: TIMER_MS_MAX, unit: 'milliseconds', over: 'the socket is refused as `unavailable`' },
  /** A small mutation has about 150, so this is far more than people do, and less than keeps a room busy. */
  lengthPerSecond: {
    standard: 4 * 1024 * 1024,
    min: 1024,
    unit: 'characters of frames, by identity',
    over: 'its frames wait; after seconds it is refused as `overloaded`, and told when to come back',
  },
  /** What somebody brings who was offline for long, at once. */
  lengthBurst: { standard: 32 * 1024 * 1024, min: 1024, unit: 'characters of frames, by identity', over: '`lengthPerSecond` holds' },
  /** What is not confirmed must be kept, and told all again at each hello. A client has no more than 2,000 on their way. */
  pendingPerClient: {
    standard: ROOM_LIMITS.pendingPerClient,
    min: IN_FLIGHT_MAX,
    unit: 'mutations',
    over: 'the push is refused as `overloaded`',
  },
  /** All of them are in one poke, which each client takes in at once. */
  rowsPerMutation: { standard: 20_000, min: 1, unit: 'rows', over: 'the mutation is rejected as `too-large`' },
  /** With what fits a batch besides, a poke stays under a frame's limit. */
  changesPerMutation: {
    standard: SERVER_FRAME_LENGTH_MAX / 4,
    min: 1,
    max: SERVER_FRAME_LENGTH_MAX / 4,
    unit: 'characters of changed rows',
    over: 'the mutation is rejected as `too-large`',
  },
  /** As a client's frame, in UTF-8: what comes by POST is pushed as one. */
  mutationsBodyBytes: {
    standard: 3 * CLIENT_FRAME_LENGTH_MAX,
    min: 1024,
    max: 3 * CLIENT_FRAME_LENGTH_MAX,
    unit: 'bytes of a POST of mutations',
    over: 'refused as `frame-too-large`',
  },
  /** Many proxies give up after a minute. */
  outcomesWaitMs: {
    standard: 30_000,
    min: 1,
    max: TIMER_MS_MAX,
    unit: 'milliseconds until a POST of mutations has its outcomes',
    over: 'answered as `unavailable`; the same, posted again, tells them',
  },
  /** Some of the longest catch-ups, which clients take in one by one. */
  socketBufferBytes: {
    standard: 64 * 1024 * 1024,
    min: 1,
    unit: 'bytes that wait for a slow reader',
    over: 'the line is cut, and catches up when it comes back',
  },
  /** What has been taken in must still find room, and so must whoever mends it. */
  diskFreeBytes: {
    standard: 256 * 1024 * 1024,
    min: 0,
    unit: 'bytes that have to be free on the disk',
    over: 'pushes are refused as `unavailable` until there are more; reads go on',
  },
} as const satisfies { readonly [name: string]: Limit }

export type Limits = { readonly [name in keyof typeof LIMITS]: number }

/** @throws TypeError naming the limit that cannot be */
export function readLimits(given: Partial<Limits> = {}): Limits {
  for (const name of Object.keys(given)) if (!Object.hasOwn(LIMITS, name)) throw new TypeError(`limits: there is no "${name}"`)
  const limits = Object.entries(LIMITS).map(([name, limit]: [string, Limit]) => {
    const value = given[name as keyof Limits] ?? limit.standard
    const { min, max = Number.MAX_SAFE_INTEGER, unit } = limit
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new TypeError(
        `limits.${name}: ${value} is not a whole number of ${unit} from ${min}${limit.max === undefined ? '' : ` to ${max}`}`,
      )
    return [name, value]
  })
  return Object.fromEntries(limits)
}

/** What rooms are told of them. */
export function roomLimitsOf(limits: Limits) {
  const { roomsOpen, clientsPerRoom, pendingPerClient, socketBufferBytes } = limits
  return { roomsOpenMax: roomsOpen, socketBufferBytes, roomLimits: { clients: clientsPerRoom, pendingPerClient }, mutationLimits: limits }
}
