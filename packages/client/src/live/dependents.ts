import type { QueryReads } from '@savepoint/sqlite'
import type { ChangedRows } from '../replica/changed-rows.ts'

type RowKey = string | number

/** Who depends on which tables and rows. To find those that a change concerns costs O(rows changed), however many there are. */
export class Dependents<Dependent> {
  readonly #all = new Set<Dependent>()
  readonly #onAnything = new Set<Dependent>()
  readonly #byTable = new SetsBy<string, Dependent>()
  /** By table in lower case, then by key. */
  readonly #byRow = new Map<string, SetsBy<RowKey, Dependent>>()

  /** Returns what takes it out again. */
  add(dependent: Dependent, { tables, keys }: QueryReads): () => void {
    const ends = this.#place(dependent, tables, keys)
    this.#all.add(dependent)
    return () => {
      this.#all.delete(dependent)
      for (const end of ends) end()
    }
  }

  /** Those that these changes concern; some may come twice. All of them, if it is not known what has changed. */
  *concerned(changed: ChangedRows | undefined): Iterable<Dependent> {
    if (changed === undefined) return yield* this.#all
    yield* this.#onAnything
    for (const [name, keys] of changed.byTable) {
      const table = name.toLowerCase()
      yield* this.#byTable.get(table)
      const byRow = this.#byRow.get(table)
      if (byRow === undefined) continue
      if (keys === 'all') yield* byRow.all()
      else for (const key of keys) yield* byRow.get(key)
    }
  }

  #place(dependent: Dependent, tables: QueryReads['tables'], keys: QueryReads['keys']): (() => void)[] {
    if (tables === undefined) {
      this.#onAnything.add(dependent)
      return [() => this.#onAnything.delete(dependent)]
    }
    if (keys === undefined) return [...tables].map((table) => this.#byTable.add(table, dependent))
    return [...tables].flatMap((table) => {
      const byRow = this.#byRow.get(table) ?? new SetsBy<RowKey, Dependent>()
      this.#byRow.set(table, byRow)
      return keys.map((key) => byRow.add(key, dependent))
    })
  }
}

class SetsBy<Key, Member> {
  readonly #sets = new Map<Key, Set<Member>>()

  add(key: Key, member: Member): () => void {
    const set = this.#sets.get(key) ?? new Set()
    this.#sets.set(key, set.add(member))
    return () => {
      set.delete(member)
      if (set.size === 0 && this.#sets.get(key) === set) this.#sets.delete(key)
    }
  }

  get(key: Key): Iterable<Member> {
    return this.#sets.get(key) ?? []
  }

  *all(): Iterable<Member> {
    for (const set of this.#sets.values()) yield* set
  }
}
