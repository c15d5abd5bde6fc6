import Database from 'better-sqlite3'
import type { SentEvent } from './messages.ts'

/** Events of one message: more would make messages of many megabytes. */
const EVENTS_A_PAGE = 1000

/** Some events that come right after a place, as JSON. */
interface Page {
  readonly json: string
  /** The place of the last one. */
  readonly at: number
}

/** All events in their order, on disk: what LiveStore calls the eventlog of a sync backend. */
export class EventLog {
  readonly #db: Database.Database
  readonly #statements: { readonly [name in 'append' | 'after']: Database.Statement }
  #head: number

  constructor(path: string) {
    this.#db = new Database(path)
    this.#db.pragma('journal_mode = WAL')
    this.#db.pragma('synchronous = FULL')
    this.#db.exec('CREATE TABLE events (seq INTEGER PRIMARY KEY, event TEXT NOT NULL)')
    this.#statements = {
      append: this.#db.prepare('INSERT INTO events VALUES (?, ?)'),
      after: this.#db.prepare('SELECT event FROM events WHERE seq > ? ORDER BY seq LIMIT ?').pluck(),
    }
    this.#head = 0
  }

  /** The place of the last event. */
  get head(): number {
    return this.#head
  }

  /** Takes events in one commit, if they come right after all there are. */
  append(events: Iterable<SentEvent>): boolean {
    let head = this.#head
    const isInOrder = this.#db.transaction(() => {
      for (const event of events) {
        if (event.parentSeqNum !== head) return false
        this.#statements.append.run(event.seqNum, JSON.stringify(event))
        head = event.seqNum
      }
      return true
    })()
    if (isInOrder) this.#head = head
    return isInOrder
  }

  /** The events after this place, so many that a message can hold them. */
  after(at: number): Page {
    const events = this.#statements.after.all(at, EVENTS_A_PAGE) as string[]
    const last = at + events.length
    return { json: `{"events":[${events.join()}],"remaining":${Math.max(0, this.#head - last)}}`, at: last }
  }

  close(): void {
    this.#db.close()
  }
}
