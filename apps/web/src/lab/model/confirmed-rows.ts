import type { Patch } from '@savepoint/core'
import type { Category } from './lab-state.ts'

interface Told {
  readonly to: number
  readonly patch: Patch
}

/** A client's confirmed rows, as the server has told them on this client's own line. */
export class ConfirmedRows {
  #rows = new Map<number, Category>()
  #told: Told[] = []

  get rows(): readonly Category[] {
    return [...this.#rows.values()].sort((a, b) => a.id - b.id)
  }

  /** A snapshot, or what a base on disk holds. */
  start(rows: readonly Category[]): void {
    this.#rows = new Map(rows.map((row) => [row.id, row]))
    this.#told = []
  }

  /** A poke has come. It counts when the client has taken it over. */
  hear(to: number, patch: Patch): void {
    this.#told.push({ to, patch })
  }

  /** The client stands at this version now. */
  advance(version: number): void {
    for (const { patch } of this.#told.filter(({ to }) => to <= version)) this.#apply(patch)
    this.#told = this.#told.filter(({ to }) => to > version)
  }

  #apply(patch: Patch): void {
    for (const { table, puts, deletes } of patch) {
      if (table !== 'Categories') continue
      for (const [id] of deletes) this.#rows.delete(Number(id))
      for (const [id, name, count] of puts) this.#rows.set(Number(id), { id: Number(id), name: String(name), count: Number(count) })
    }
  }
}
