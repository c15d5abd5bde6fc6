import { IsOfflineError, ServerAheadError, SyncBackend } from '@livestore/common/sync'
import { EventSequenceNumber } from '@livestore/livestore'
import { Effect, Option, Stream, SubscriptionRef } from '@livestore/utils/effect'
import type { HubLine } from './hub-line.ts'
import type { SentEvent } from './messages.ts'

/** What LiveStore asks of those who bring a sync backend of their own, over a line to the hub. */
export function syncBackend(line: HubLine, heard: (events: readonly SentEvent[]) => void): SyncBackend.SyncBackendConstructor {
  const offline = (cause: unknown) => new IsOfflineError({ cause })
  const place = EventSequenceNumber.Global.make
  return () =>
    Effect.gen(function* () {
      const isConnected = yield* SubscriptionRef.make(false)
      line.onOpen((isOpen) => Effect.runSync(SubscriptionRef.set(isConnected, isOpen)))
      return SyncBackend.of({
        isConnected,
        connect: Effect.tryPromise({ try: () => line.open(), catch: offline }),
        ping: Effect.void,
        pull: (cursor) => {
          const since = Option.match(cursor, { onNone: () => 0, onSome: ({ eventSequenceNumber }) => eventSequenceNumber })
          return Stream.asyncPush<SyncBackend.PullResItem>(
            (emit) =>
              Effect.acquireRelease(
                Effect.sync(() =>
                  line.follow(since, ({ events, remaining }) => {
                    heard(events)
                    emit.single({
                      batch: events.map((eventEncoded) => ({ eventEncoded, metadata: Option.none() })),
                      pageInfo: remaining > 0 ? SyncBackend.pageInfoMoreKnown(remaining) : SyncBackend.pageInfoNoMore,
                    })
                  }),
                ),
                (end) => Effect.sync(end),
              ),
            { bufferSize: 'unbounded' },
          )
        },
        push: (batch) =>
          Effect.tryPromise({ try: () => line.push(batch), catch: offline }).pipe(
            Effect.flatMap((head) =>
              head === undefined
                ? Effect.void
                : new ServerAheadError({ minimumExpectedNum: place(head + 1), providedNum: place(batch[0]?.seqNum ?? 0) }),
            ),
          ),
        metadata: { name: 'bench', description: 'A log on disk behind a WebSocket' },
        supports: { pullPageInfoKnown: true, pullLive: true },
      })
    })
}
