import type { Patch } from '@savepoint/core'
import type { FrameContent } from '../model/message.ts'

/** Told what goes over a client's line. */
export interface LineWatcher {
  /** Something is under way; both times are the lab's. Returns what is to be called when it arrives. */
  sent(way: 'up' | 'down', content: FrameContent, sentAt: number, arrivesAt: number): () => void
  /** The server has just sent this. */
  answered(content: FrameContent): void
  /** A poke has arrived. */
  poked(to: number, patch: Patch): void
}
