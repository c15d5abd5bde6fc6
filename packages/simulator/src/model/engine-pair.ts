import type { Mutators, Schema } from '@savepoint/core'
import type { Driver, RunRequest } from '@savepoint/sqlite'
import { describeTwoRuns, sameContents } from './content-difference.ts'
import { messageOf } from './outcome-problem.ts'
import { ReferenceDatabase, type ReferenceOutcome } from './reference-database.ts'

/** Opens an image with the other engine. */
export type OpenImage = (bytes: Uint8Array) => Driver

/** What differs between the engines, as far as it is known. */
const JSON_FUNCTIONS = /\bjsonb?(_\w+)?\s*\(|->/i

/** The same content on both engines, where the same mutations are run. */
export class EnginePair {
  readonly #one: ReferenceDatabase
  readonly #other: ReferenceDatabase
  readonly #sql = new Set<string>()

  /** Starts from the image of a database, or from an empty one. */
  constructor(schema: Schema, open: OpenImage, bytes?: Uint8Array) {
    const from = bytes && { bytes }
    this.#one = new ReferenceDatabase(schema, { ...from, onStatement: (sql) => this.#sql.add(sql) })
    this.#other = new ReferenceDatabase(schema, { ...from, open })
  }

  /** Runs a mutation on both. One sentence on how it differs, and why, if it does. */
  run(mutators: Mutators, request: RunRequest): string | null {
    this.#sql.clear()
    const what = this.#difference(this.#one.run(mutators, request), this.#other.run(mutators, request))
    if (what === null) return null
    const engines = `${this.#one.driver.engine} and then on ${this.#other.driver.engine}`
    return `Mutator "${request.name}" does not do the same on both engines: run on ${engines}, ${what}. ${this.#cause(what)}Arguments: ${request.args}.`
  }

  close(): void {
    this.#one.close()
    this.#other.close()
  }

  #difference(a: ReferenceOutcome, b: ReferenceOutcome): string | null {
    if (a.ok && b.ok && a.value !== b.value) return `it returns ${a.value || 'nothing'}, and then ${b.value || 'nothing'}`
    if (a.ok !== b.ok)
      return `${a.ok ? 'it succeeds' : `it throws "${messageOf(a.error)}"`}, and then ${b.ok ? 'succeeds' : `throws "${messageOf(b.error)}"`}`
    const [first, second] = [this.#one.contents(), this.#other.contents()]
    return sameContents(first, second) ? null : describeTwoRuns(this.#one.query, first, second)
  }

  #cause(what: string): string {
    if (what.includes('no such function')) return 'SQLite in WebAssembly has fewer functions: compute it in JavaScript. '
    if ([...this.#sql].some((sql) => JSON_FUNCTIONS.test(sql)))
      return "They write a REAL's last digits otherwise in JSON: use JSON.stringify, or whole numbers. "
    return ''
  }
}
