import type { Patch } from '@savepoint/core'
import { patchOf, type SyncedTable } from '@savepoint/sqlite'
import { mergePatches } from './merge-patches.ts'
import type { Prediction } from './predictions.ts'

/** What came at a time: first predictions that were confirmed as they were, then what others changed beside them. */
interface Part {
  readonly confirmed: Prediction[]
  beside: Patch
}

/**
 * So much may wait outside the base before it is folded into it. To fold, what is pending is replayed: the more that is, the longer it
 * waits, but not so long that the next rebase, which has to fold as well, would be felt.
 */
const SIZE_MIN = 1000
const SIZE_MAX = 10_000
const SIZE_PER_PENDING = 32

/** What is confirmed and shown, but not in the base on disk yet, oldest first. It comes back from here when the speculation is undone. */
export class Aside {
  readonly #tables: ReadonlyMap<string, SyncedTable>
  readonly #parts: Part[] = []
  #size = 0

  constructor(tables: ReadonlyMap<string, SyncedTable>) {
    this.#tables = tables
  }

  get parts(): readonly Part[] {
    return this.#parts
  }

  /** How many mutations, and rows of others. */
  get size(): number {
    return this.#size
  }

  /** True if it is time to fold it, with so many mutations pending. */
  isMuch(pending: number): boolean {
    return this.#size > Math.min(SIZE_MAX, Math.max(SIZE_MIN, SIZE_PER_PENDING * pending))
  }

  add(confirmed: readonly Prediction[], beside: Patch): void {
    let last = this.#parts.at(-1)
    if (last === undefined || last.beside.length > 0) {
      last = { confirmed: [], beside: [] }
      this.#parts.push(last)
    }
    for (const prediction of confirmed) last.confirmed.push(prediction)
    last.beside = beside
    this.#size += confirmed.length + rowsOf(beside)
  }

  /** All of it as one patch. */
  patch(): Patch {
    const patches = this.#parts.flatMap(({ confirmed, beside }) => [patchOf(confirmed.flatMap(({ changes }) => changes ?? [])), beside])
    return mergePatches(patches, this.#tables)
  }
}

export function rowsOf(patch: Patch): number {
  return patch.reduce((sum, { puts, deletes }) => sum + puts.length + deletes.length, 0)
}
