import type { Usage } from '../processes/usage.ts'

/** The workloads, by name. */
export type WorkloadName =
  | 'local'
  | 'rebase'
  | 'drain'
  | 'propagation'
  | 'sustained'
  | 'bootstrap'
  | 'footprint'
  | 'chromium-local'
  | 'chromium-rebase'
  | 'chromium-bootstrap'

/** What opens clients, in a process or on a page. */
export interface Clients {
  /** A client with nothing of its own yet; resolves when it shows all counters of the hub. */
  openClient(address: string): Promise<CountersClient>
  /** An empty client, from nothing until a query has seen all things of the hub. */
  bootstrap(address: string, things: number): Promise<{ close(): Promise<void> }>
}

/** What is compared: a sync engine, or one who does its work by hand. A module of its own exports it as `system`. */
export interface System extends Clients {
  readonly name: string
  readonly version: string
  /** What makes its figures no fair match, in its favour or against it. */
  readonly notes: readonly Unfairness[]
  /** Why it has no figures of a workload. They are never left out without a word, and never made up. */
  readonly impossible: { readonly [name in WorkloadName]?: string }
  openHub(options: HubOptions): Promise<Hub>
  /** A connection that has all there is and waits for more, at no cost to this process that can be avoided. */
  openIdle(address: string): Promise<{ close(): void }>
  readonly footprint: Footprint
}

/** Something that is unfair, and to which workloads it matters; to all, if it names none. */
interface Unfairness {
  readonly text: string
  readonly workloads?: readonly WorkloadName[]
}

export interface HubOptions {
  /** An empty one, for what it keeps. */
  readonly directory: string
  /** It begins with the counters `counter-1` to `counter-<counters>`, which are at 0 … */
  readonly counters?: number
  /** … or with so many things: an id, texts of 16, 32 and 64 characters, two integers. */
  readonly things?: number
}

/** What clients meet at: a server in a process of its own, if the system has one. */
export interface Hub {
  /** What clients need to find it. */
  readonly address: string
  /** True if its clients meet in their own process: in Node that is the one which opened it, in a browser the page. */
  readonly isInProcess?: boolean
  /** Of its process, at rest; left out where it has none of its own. */
  usageAtRest?(): Promise<Usage>
  close(): Promise<void>
}

/** A client that counts by name: the one app that all systems have. */
export interface CountersClient {
  /**
   * The named mutation: reads the counter of this name, and inserts it with 1 or adds 1 to it. It shows here when this returns, or
   * when what it returns has resolved.
   */
  add(name: string): unknown
  /** The same; resolves when the hub has told that it has it, for good where there is an authority. */
  addConfirmed(name: string): Promise<unknown>
  /** What a query shows now, of what is made here included; 0 if there is no such counter. */
  count(name: string): number | Promise<number>
  /** The sum of all counters, in the same way. */
  sum(): number | Promise<number>
  /** Calls `listener` when another count of this name shows. Returns what ends it. */
  watch(name: string, listener: (count: number) => void): () => void
  /** From now on nothing leaves and nothing comes; what is made here stays. */
  goOffline(): Promise<void>
  goOnline(): Promise<void>
  /** Resolves when all that was made here is known to be at the hub. */
  nonePending(): Promise<unknown>
  /** From now on what is made here does not leave, and what others have made stops at a door. */
  shutDoor(): Door | Promise<Door>
  close(): Promise<void>
}

/** Where what comes from others waits until it is let in. */
export interface Door {
  /** Resolves when something waits. */
  arrived(): Promise<void>
  /** Hands over what waits, as if it came from the network right now. */
  letIn(): void
}

/** What a page has to load to be a client. */
export interface Footprint {
  /** A module that imports what a client needs, for a bundler; names are resolved from `directory`. Left out if it needs no library. */
  readonly entry?: string
  /** The same for its worker, if it has one. */
  readonly worker?: string
  readonly directory: string
  /** Files of WebAssembly that it loads besides. */
  readonly wasm: readonly string[]
}

/** Lets the hub of a system live for as long as `use` takes. */
export async function withHub<Result>(system: System, options: HubOptions, use: (hub: Hub) => Promise<Result>): Promise<Result> {
  const hub = await system.openHub(options)
  try {
    return await use(hub)
  } finally {
    await hub.close()
  }
}
