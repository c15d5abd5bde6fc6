import type { Mutators, Schema } from '@savepoint/core'
import type { Driver, RunRequest } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { describeTwoRuns, sameContents } from './content-difference.ts'
import type { Contents } from './content-query.ts'
import { messageOf } from './outcome-problem.ts'
import { ReferenceDatabase, type ReferenceOutcome } from './reference-database.ts'
import { watchSql } from './sql-tripwires.ts'
import { Tripwires } from './tripwires.ts'

/** A mutator that does not do the same on every run, in words. */
export interface Finding {
  /** The mutator. */
  readonly name: string
  /** What came out otherwise: table, row and column with both values, or the outcome. */
  readonly what: string
  /** What it depends on, and what to do about it. */
  readonly cause: string
}

interface Run {
  readonly outcome: ReferenceOutcome
  readonly contents: Contents
  readonly touched: readonly string[]
}

const NOTHING = () => false
const ALL = () => true

/** SQL functions that tell of what happened on the connection before. */
const CONNECTION_FUNCTIONS = /\b(changes|total_changes|last_insert_rowid)\s*\(/i

/** Runs a mutation again and again from one state, each time with something else changed that it should not depend on. */
export class DeterminismLab {
  readonly #wires = new Tripwires()
  readonly #reference: ReferenceDatabase
  readonly #sql = new Set<string>()
  #free = () => {}

  /** Starts from the image of a database, or from an empty one. */
  constructor(schema: Schema, bytes?: Uint8Array) {
    const open = (image: Uint8Array): Driver => {
      const driver = openBetterSqlite3(':memory:', { bytes: image })
      this.#free = watchSql(driver, schema, this.#wires)
      return driver
    }
    this.#reference = new ReferenceDatabase(schema, { open, onStatement: (sql) => this.#sql.add(sql), ...(bytes && { bytes }) })
  }

  /** Moves on to the state after this mutation. */
  run(mutators: Mutators, request: RunRequest): void {
    this.#reference.run(mutators, request)
  }

  /** Null if nothing that it should not depend on makes a difference. The state stays as it is. */
  investigate(mutators: Mutators, request: RunRequest): Finding | null {
    this.#sql.clear()
    const run = (shifted: (source: string) => boolean) => this.#runOnce(mutators, request, shifted)
    const first = run(NOTHING)
    const finding = (other: Run, cause: string): Finding | null => {
      const what = this.#difference(first, other)
      return what === null ? null : { name: request.name, what, cause }
    }
    const again = finding(run(NOTHING), this.#causeOutside())
    if (again !== null) return again
    const shifted = run(ALL)
    const sources = [...new Set([...first.touched, ...shifted.touched])]
    const moved = sources.length === 0 ? null : finding(shifted, '')
    if (moved !== null) {
      const guilty = sources.filter(
        (source) =>
          this.#difference(
            first,
            run((one) => one === source),
          ) !== null,
      )
      return { ...moved, cause: causeOf(guilty.length > 0 ? guilty : sources) }
    }
    return this.#reversed(() => finding(run(NOTHING), 'It reads rows in no order: add ORDER BY, with columns that leave no ties.'))
  }

  close(): void {
    this.#reference.close()
    this.#free()
  }

  #runOnce(mutators: Mutators, request: RunRequest, shifted: (source: string) => boolean): Run {
    const reference = this.#reference
    reference.speculate()
    try {
      const outcome = this.#wires.watch(request.now, shifted, () => reference.run(mutators, request))
      return { outcome, touched: [...this.#wires.touched], contents: reference.contents() }
    } finally {
      reference.undo()
    }
  }

  #reversed<T>(work: () => T): T {
    this.#reference.driver.exec('PRAGMA reverse_unordered_selects = ON')
    try {
      return work()
    } finally {
      this.#reference.driver.exec('PRAGMA reverse_unordered_selects = OFF')
    }
  }

  #difference(a: Run, b: Run): string | null {
    if (a.outcome.ok !== b.outcome.ok) {
      const error = a.outcome.ok ? b.outcome : a.outcome
      return `one run succeeds, and the other throws "${error.ok ? '' : messageOf(error.error)}"`
    }
    if (!sameContents(a.contents, b.contents)) return describeTwoRuns(this.#reference.query, a.contents, b.contents)
    if (a.outcome.ok && b.outcome.ok && a.outcome.value !== b.outcome.value)
      return `it returns ${a.outcome.value || 'nothing'}, and then ${b.outcome.value || 'nothing'}`
    return null
  }

  #causeOutside(): string {
    const asked = [...this.#sql].flatMap((sql) => CONNECTION_FUNCTIONS.exec(sql)?.[1] ?? [])
    if (asked.length > 0) return `Its SQL asks ${asked.join('() and ')}(), which tells of other mutations too: use what tx.run returns.`
    return 'It depends on something outside of it that changes from run to run: a variable of its module, or another source of chance. Keep all state in tables; take chance from tx.random() and tx.id().'
  }
}

/** What to use in place of each. */
function causeOf(sources: readonly string[]): string {
  const isClock = (source: string) => /date|time|now|current|julian|epoch/i.test(source) && !/random/i.test(source)
  const hints = [...(sources.some(isClock) ? ['tx.now'] : []), ...(sources.every(isClock) ? [] : ['tx.random() or tx.id()'])]
  return `It asks ${sources.join(' and ')}: use ${hints.join(' and ')} instead.`
}

/** One sentence for a message. */
export function describeFinding({ name, what, cause }: Finding): string {
  return `Mutator "${name}" is not deterministic: run from one state with the same arguments, ${what}. ${cause}`
}
