import type { SnapshotPosition } from './write-snapshot.ts'

/** What is stored compressed. Browsers take both, over https also brotli, which is as small in less time. */
export type SnapshotEncoding = 'br' | 'gzip'

/** Work for the thread that makes snapshots. Each leaves one new file. */
export type SnapshotJob =
  | { readonly type: 'write'; readonly room: string; readonly target: string }
  | { readonly type: 'compress'; readonly source: string; readonly target: string; readonly encoding: SnapshotEncoding }

export type SnapshotRequest = { readonly id: number; readonly job: SnapshotJob }

export type SnapshotReply =
  | { readonly id: number; readonly ok: true; readonly position?: SnapshotPosition }
  | { readonly id: number; readonly ok: false; readonly message: string }
