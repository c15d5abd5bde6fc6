import { decodeData, type Outcome } from '@savepoint/core'
import type { LogEntry } from '../log/room-log.ts'
import type { RunWatch } from './run-watch.ts'
import type { ServerEvent } from './server-event.ts'

/** A mutation that took effect and is durable. */
export interface CommittedMutation {
  readonly room: string
  readonly version: number
  readonly clientID: string
  readonly mutationID: number
  readonly name: string
  /** As the client gave them, before validation. */
  readonly args: unknown
  /** What the mutator returned. */
  readonly value: unknown
  /** Who made it. */
  readonly identity: string
  /** Milliseconds since 1970 on the server's clock. */
  readonly at: number
}

/**
 * Work that follows from mutations: mails, webhooks, other databases. It is called once for each mutation that took effect,
 * in their order, after COMMIT and after everyone has been told. Nobody waits for it, and what it throws is reported.
 * It is called at most once: a crash between COMMIT and the call leaves it out.
 */
export type AfterCommit = (mutation: CommittedMutation) => unknown

/** Calls it for those of a batch's entries that took effect. */
export function callAfterCommit(
  afterCommit: AfterCommit,
  room: string,
  entries: readonly LogEntry[],
  onEvent: (event: ServerEvent) => void,
  watch: RunWatch | undefined,
): void {
  const failed = (error: unknown) => onEvent({ event: 'after-commit-failed', room, error })
  for (const { version, clientID, mutationID, name, args, outcome, author: identity, at } of entries) {
    const result = JSON.parse(outcome) as Outcome
    if (!result.ok) continue
    watch?.afterCommit(room, { clientID, mutationID })
    try {
      const done = afterCommit({
        room,
        version,
        clientID,
        mutationID,
        name,
        args: decodeData(args),
        value: decodeData(result.value),
        identity,
        at,
      })
      if (done instanceof Promise) done.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
  watch?.done()
}
