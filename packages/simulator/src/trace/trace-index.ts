import type { TraceEvent } from './trace-event.ts'

export type EventOf<T extends TraceEvent['type']> = Extract<TraceEvent, { readonly type: T }>

/** What an event refers to in those before it. */
export class TraceIndex {
  readonly calls: ReadonlyMap<string, EventOf<'called'>>
  readonly messages: ReadonlyMap<number, EventOf<'sent'>>
  readonly #clientNames = new Map<string, string>()

  constructor(events: readonly TraceEvent[]) {
    const calls = new Map<string, EventOf<'called'>>()
    const messages = new Map<number, EventOf<'sent'>>()
    for (const event of events) {
      if (event.type === 'called') calls.set(event.id, event)
      else if (event.type === 'sent') messages.set(event.message, event)
      else if ((event.type === 'up' || event.type === 'forked') && event.clientID !== undefined) {
        // The first to have it: a copied profile comes up with the ID of the original.
        if (!this.#clientNames.has(event.clientID)) this.#clientNames.set(event.clientID, event.node)
      }
    }
    this.calls = calls
    this.messages = messages
  }

  /** Who made a mutation: a client's name, or as much of its ID as one can read, if its call was not seen. */
  callerOf(mutation: { readonly id: string; readonly clientID: string }): string {
    return this.calls.get(mutation.id)?.node ?? this.#clientNames.get(mutation.clientID) ?? mutation.clientID.slice(0, 8)
  }

  /** Milliseconds that a message was under way. */
  latencyOf(event: EventOf<'received' | 'lost'>): number | undefined {
    const sent = this.messages.get(event.message)
    return sent && event.at - sent.at
  }
}
