import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CondemnedMutation } from './thread-message.ts'

/** Mutations remembered. One that is forgotten is tried once more, if its client still has it. */
const CONDEMNED_MAX = 1000

const FILE = 'condemned-mutations.jsonl'

/**
 * The mutations that were ended as they ran, also by an earlier process: one whose query does not end holds its room until the
 * process ends, and would do so again after that. A line each, as JSON, in the data directory.
 */
export class CondemnedMutations {
  readonly #path: string
  #list: readonly CondemnedMutation[]

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true })
    this.#path = join(directory, FILE)
    const all = readLines(this.#path)
    this.#list = all.slice(-CONDEMNED_MAX)
    if (all.length > this.#list.length) writeFileSync(this.#path, this.#list.map(lineOf).join(''))
  }

  get list(): readonly CondemnedMutation[] {
    return this.#list
  }

  /** @throws if it cannot be written down; it is remembered all the same. */
  add(mutation: CondemnedMutation): void {
    this.#list = [...this.#list, mutation].slice(-CONDEMNED_MAX)
    appendFileSync(this.#path, lineOf(mutation))
  }
}

/** Each line begins with its end, so that one which was torn takes no other along. */
function lineOf(mutation: CondemnedMutation): string {
  return `\n${JSON.stringify(mutation)}`
}

function readLines(path: string): CondemnedMutation[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as CondemnedMutation]
    } catch {
      return []
    }
  })
}
