import type { Scheduler } from '../connection/scheduler.ts'

/** The slice of BroadcastChannel that tabs use. */
export interface TabChannel {
  onmessage: { hear(event: { data: unknown }): void }['hear'] | null
  postMessage(message: unknown): void
  close(): void
}

/** The slice of Web Locks that tabs use. */
export interface TabLocks {
  request(name: string, options: { steal?: boolean; signal?: AbortSignal }, hold: () => Promise<unknown>): Promise<unknown>
  query(): Promise<{ held?: { name?: string; clientId?: string }[]; pending?: { name?: string; clientId?: string }[] }>
}

/** What a tab's worker has around it. */
export interface TabWorld {
  readonly scheduler: Scheduler
  /** Milliseconds that pass for a tab that sleeps too. */
  elapsed(): number
  /** Undefined where there are none: each tab is on its own then. */
  readonly locks: TabLocks | undefined
  channel(name: string): TabChannel
}

/** What tabs of one replica call to each other. */
export type TabCall =
  /** A tab that has heard nothing of a leader for a while. */
  | { readonly type: 'who-leads' }
  | { readonly type: 'leads'; readonly leader: string; readonly isOpen: boolean }
  | { readonly type: 'join'; readonly leader: string; readonly tab: string; readonly pipe: string }
  /** The lock was taken from a leader that was alive, after it had been silent for so long. */
  | { readonly type: 'was-busy'; readonly ms: number }

/** Names of a replica's locks and channels in its origin. */
export const tabNames = {
  lock: (replica: string) => `savepoint:${replica}`,
  tabLock: (replica: string, tab: string) => `savepoint:${replica}:tab:${tab}`,
  calls: (replica: string) => `savepoint:${replica}`,
  fates: (replica: string) => `savepoint:${replica}:fates`,
  pipe: (replica: string, pipe: string) => `savepoint:${replica}:pipe:${pipe}`,
}
