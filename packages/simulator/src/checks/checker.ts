import type { TraceEvent } from '../trace/trace-event.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'

/** A message between a client and the server, whole: once when it is sent, whether or not it arrives. */
export interface ObservedFrame {
  /** The client's name, whichever way it goes. */
  readonly client: string
  readonly direction: 'up' | 'down'
  readonly text: string
}

/** Holds one guarantee. It throws a {@link Violation} when it does not hold. */
export interface Checker {
  readonly name: string
  readonly guarantee: string
  /** After each event, in order. The world stands still while it is awaited. */
  observe?(event: TraceEvent, world: WorldView): void | Promise<void>
  /** With each frame, after the `sent` event. */
  observeFrame?(frame: ObservedFrame, world: WorldView): void
  /** After each step of the world that did something to this client: its view is to be looked at. */
  afterStep?(client: ClientView, world: WorldView): void | Promise<void>
  /** When the faults are over, everything has drained, and nothing moves. */
  atRest?(world: WorldView): void | Promise<void>
  dispose?(): void
}
