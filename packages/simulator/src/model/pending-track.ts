import type { TraceEvent } from '../trace/trace-event.ts'
import type { ClientView } from '../view/world-view.ts'
import type { RoomHistory } from './room-history.ts'

/** A mutation whose effects a client's view may show beyond its base. */
export interface Unconfirmed {
  readonly id: string
  /** As its last run on the client was. */
  reason: 'optimistic' | 'rebase'
  /** The client has heard of its outcome: then its effects are shown only if the base on disk fell behind in a crash. */
  isSettled: boolean
}

/**
 * Which mutations a client shows beyond its base, and in which order: what it has called, less what came to an end. It is kept up
 * from events, as asking the client costs more than all else; it is asked when it comes up, and when the counts differ.
 */
export class PendingTrack {
  #items: Unconfirmed[] = []
  #isKnown = false

  observe(event: TraceEvent): void {
    switch (event.type) {
      case 'up':
      case 'down':
        this.#isKnown = false
        break
      case 'called':
        if (event.mutationID !== null && !this.#items.some(({ id }) => id === event.id))
          this.#items.push({ id: event.id, reason: 'optimistic', isSettled: false })
        break
      case 'cancelled':
        this.#items = this.#items.filter(({ id }) => id !== event.id)
        this.#rebased()
        break
      case 'settled': {
        const settled = this.#items.find(({ id }) => id === event.id)
        if (settled !== undefined) settled.isSettled = true
        break
      }
      case 'advanced':
        if (event.rebased) this.#rebased()
        break
    }
  }

  /** In the order in which they are shown. */
  current(client: ClientView, history: RoomHistory | undefined): readonly Unconfirmed[] {
    const isOpen = ({ isSettled }: Unconfirmed) => !isSettled
    if (!this.#isKnown || this.#items.filter(isOpen).length !== client.pendingCount) this.ask(client, history)
    const version = client.position?.version ?? 0
    const isInBase = (id: string) => (history?.versionOf(id) ?? Number.POSITIVE_INFINITY) <= version
    this.#items = this.#items.filter((item) => isOpen(item) || isAhead(item.id, client, history))
    // A copy of this client may have had it processed under another ID: this one does not know, and shows it until it is told.
    const isForeign = (id: string) => history?.at(history.versionOf(id) ?? 0)?.clientID !== client.clientID
    return this.#items.filter((item) => !isInBase(item.id) || (isOpen(item) && isForeign(item.id)))
  }

  /** Reads from the client itself what it has. */
  ask(client: ClientView, history: RoomHistory | undefined): void {
    const reasons = new Map(this.#isKnown ? this.#items.map(({ id, reason }) => [id, reason]) : [])
    this.#items = client
      .mutations()
      .filter(({ id, status }) => status === 'pending' || isAhead(id, client, history))
      .map(({ id, status }) => ({ id, reason: reasons.get(id) ?? 'rebase', isSettled: status !== 'pending' }))
    this.#isKnown = true
  }

  #rebased(): void {
    for (const item of this.#items) item.reason = 'rebase'
  }
}

/**
 * True if the room has processed it for this client after the base's version. What a copy of the client has had processed under
 * another ID, after the room began anew, is nothing that this one still shows.
 */
function isAhead(id: string, { clientID, position }: ClientView, history: RoomHistory | undefined): boolean {
  const version = history?.versionOf(id)
  return version !== undefined && version > (position?.version ?? 0) && history?.at(version)?.clientID === clientID
}
