import type { ClientEventReport } from './client-event.ts'
import type { MutationHandle } from './mutation-handle.ts'

/** Follows calls for a tracing system; `traceCalls` of `@savepoint/client/opentelemetry` makes one. */
export interface CallTracing {
  /** A call is about to run for the first time. Undefined if it is not followed. */
  begin(call: { readonly id: string; readonly name: string }): TracedCall | undefined
  /** A step of the client's work. */
  hear(event: ClientEventReport): void
}

export interface TracedCall {
  /** What goes with the mutation to the server: W3C's `traceparent`. */
  readonly trace: string
  /** The call has run, and this is its handle. */
  follow(handle: MutationHandle<unknown>): void
}
