/** How long a frame is under way, in milliseconds. */
export type Latency =
  | number
  | { readonly uniform: readonly [min: number, max: number] }
  /** Log-normal: half of all frames take less than `median`, and some take many times as long, at most `max`. */
  | { readonly heavyTail: { readonly median: number; readonly spread: number; readonly max: number } }
  | { readonly profile: NetworkProfile }

/** A kind of line: its latencies and silences, and its loss and speed where a plan names none. */
export type NetworkProfile = 'lan' | 'wifi' | '4g' | '3g' | 'flaky-train'

/** One direction of a client's line. */
export interface LinkPlan {
  readonly latency: Latency
  /**
   * Share of frames whose packets are lost and sent again: the frame, and all after it, come later by a timeout. Default: the
   * profile's, if the latency is one's; else 0.
   */
  readonly loss?: number
  /** Share of frames that arrive twice, as behind a proxy that repeats what it is not sure to have sent. */
  readonly duplicate?: number
  /** Default: the profile's, if the latency is one's; else without bounds. */
  readonly bytesPerSecond?: number
}

/** A client: where it is, and what its line, clock and storage are like. */
export interface ClientPlan {
  readonly name: string
  readonly room: string
  /** Virtual milliseconds after the start. */
  readonly joinsAt: number
  readonly up: LinkPlan
  readonly down: LinkPlan
  /** The client's clock: how far off it is, in milliseconds, and how much too fast (1.001 gains a millisecond a second). */
  readonly clock?: { readonly offsetMs: number; readonly rate: number }
  /** Index of the app's version that it runs. Default 0. */
  readonly version?: number
  /** Default `disk`. In memory, a kill loses what was pending. */
  readonly storage?: 'disk' | 'memory'
}

/** The server: what runs it, and what it keeps. All of it has a default. */
export interface ServerPlan {
  /** Default better-sqlite3. On wa-sqlite, its disk can lose and tear single writes. */
  readonly engine?: 'better-sqlite3' | 'wa-sqlite'
  /** Default `embedded`: in the room's own transaction. A `remote` log takes time, fails, and outlives the server's disk. */
  readonly log?: 'embedded' | 'remote'
  /** Versions that the log keeps for catch-up. */
  readonly versionsKept?: number
  /** Versions that a room may be ahead of a snapshot which is served again. Default: as `InlineSnapshots` has it. */
  readonly snapshotLag?: number
  /** Bytes that may wait for a client before it is cut off. Default: as the server has it. */
  readonly socketBufferBytes?: number
  /** As a client's. */
  readonly clock?: { readonly offsetMs: number; readonly rate: number }
}

/** Where a server can be killed, in the order of a room's work. */
export const FAILPOINTS = [
  'before-begin',
  'mid-mutator',
  'before-append',
  'after-append',
  'before-commit',
  'during-commit',
  'after-commit',
  'before-answer',
] as const

/** One of the places where a server can be killed. */
export type Failpoint = (typeof FAILPOINTS)[number]

/**
 * What happens to one client, the server, or the line between them. Each can be left out without harm to the rest, but that
 * what is done to a copied profile needs the copy. What cannot be done when it is time is not done: a call or a fault of a
 * client that has not joined or is away, a second end of what is down already. Where two faults overlap, the later end counts.
 */
export type Action = { readonly id: number; readonly at: number } & ActionKind

/** What an {@link Action} does. `forMs` is virtual milliseconds; what lasts is over at `endsAt` at the latest. */
export type ActionKind =
  | {
      readonly do: 'mutate'
      readonly client: string
      readonly name: string
      /** As `encodeData` makes them. Without, the workload's generator makes them when it is time. */
      readonly args?: string
      /** Calls of one draw generate from the same chance, and so touch the same rows. Default: each from its own. */
      readonly draw?: number
    }
  /** Cancels the newest call of the client that has no outcome, if there is one. */
  | { readonly do: 'cancel'; readonly client: string }
  | { readonly do: 'go-offline'; readonly client: string; readonly forMs: number }
  /** The app closes the client, and opens it again. One that is away until `endsAt` comes back for the drain. */
  | { readonly do: 'close'; readonly client: string; readonly forMs: number }
  /** The tab ends: now, or at the nth call of its storage from now. With `power`, what was not flushed may be lost or torn. */
  | { readonly do: 'kill-client'; readonly client: string; readonly forMs: number; readonly afterCalls?: number; readonly power?: boolean }
  /** A copy of the client's storage starts as another client, in the same room and version, over a line and with a clock like its. */
  | { readonly do: 'copy-profile'; readonly client: string; readonly as: string }
  | { readonly do: 'clear-storage'; readonly client: string }
  /** The app is updated: the client reopens with another version. */
  | { readonly do: 'update'; readonly client: string; readonly version: number }
  | { readonly do: 'cut'; readonly client: string }
  /** The line dies and neither side is told: what is sent on it is lost. With `line`, only what is open of this kind. */
  | { readonly do: 'half-open'; readonly client: string; readonly line?: 'socket' }
  /** Nothing passes; what was sent arrives afterwards, if the line still stands. */
  | { readonly do: 'partition'; readonly client: string; readonly direction: 'up' | 'down' | 'both'; readonly forMs: number }
  /** The client reads nothing from its line for a while. */
  | { readonly do: 'slow-reader'; readonly client: string; readonly forMs: number }
  /** All that is sent on its lines meanwhile comes once more, up to seconds later, behind what was sent after it. */
  | { readonly do: 'repeat-late'; readonly client: string; readonly forMs: number }
  /** Its requests over HTTP, which fetch snapshots, are never answered, while its socket lives. With `midway`, half of the answer comes. */
  | { readonly do: 'stall-requests'; readonly client: string; readonly forMs: number; readonly midway?: boolean }
  /** It says hello under another's clientID, and pushes if it may. Only where the server knows the two as of different identities. */
  | { readonly do: 'impersonate'; readonly client: string; readonly whom: string }
  | {
      readonly do: 'kill-server'
      readonly forMs: number
      /** Default: now. Else when the work of any room passes there for the nth time from now, if it does before `endsAt`. */
      readonly failpoint?: Failpoint
      readonly nth?: number
      readonly power?: boolean
    }
  | { readonly do: 'stop-server'; readonly forMs: number }
  /** Copies the rooms' databases, to be restored later. */
  | { readonly do: 'back-up' }
  /** The server comes back with the last copy, under a new epoch. Without one, nothing happens. */
  | { readonly do: 'restore'; readonly forMs: number }
  /** The server comes back with another version of the app, and rooms that were made anew for it. */
  | { readonly do: 'deploy'; readonly version: number; readonly forMs: number }
  | { readonly do: 'fail-disk'; readonly node: string; readonly operation: 'write' | 'sync'; readonly nth: number; readonly times: number }
  | { readonly do: 'fill-disk'; readonly node: string; readonly forMs: number }
  | { readonly do: 'jump-clock'; readonly node: string; readonly byMs: number }
  /** Of a remote log: an append fails before or after it has happened. */
  | { readonly do: 'fail-log'; readonly when: 'before' | 'after'; readonly times: number }
  /** Of a remote log: what is asked of it is answered only when this is over. Appends happen then too, or `after` they did are held up. */
  | { readonly do: 'slow-log'; readonly when: 'before' | 'after'; readonly forMs: number }

/** A whole run, as data: what a seed is turned into, what is cut down when it fails, and what a case file keeps. */
export interface Scenario {
  readonly format: 1
  /** Of all chance that is left: latencies, IDs, generators. */
  readonly seed: string
  readonly server: ServerPlan
  readonly clients: readonly ClientPlan[]
  /** By time; at one time, in this order. */
  readonly actions: readonly Action[]
  /**
   * Virtual milliseconds. Then all faults end, and everything must drain: lines stand and are read, disks and the log are
   * sound, what was armed and not reached is disarmed, whoever is away comes back, and server and clients run the newest
   * version that any of them was given. What the lines are like remains.
   */
  readonly endsAt: number
  /** Virtual milliseconds that draining may take. */
  readonly drainMs: number
}

/** The name under which actions mean the server. */
export const SERVER = 'server'
