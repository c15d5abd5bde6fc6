import type { StatementWatch } from '../disk/simulated-disk.ts'
import type { Failpoint } from '../scenario/scenario.ts'
import type { LogWatch } from './room-ledger.ts'

/** What is to happen when the work passes a failpoint. */
export interface Kill {
  readonly power: boolean
  readonly forMs: number
}

interface Armed extends Kill {
  readonly failpoint: Failpoint
  left: number
}

/** The places in a server's work where it can be made to end. */
export class Failpoints implements LogWatch {
  readonly watch: StatementWatch
  readonly #kill: (failpoint: Failpoint, kill: Kill) => void
  #armed: Armed[] = []
  #isInBatch = false

  /** @param kill ends the process; at `during-commit`, in the middle of the statement that comes. */
  constructor(kill: (failpoint: Failpoint, kill: Kill) => void) {
    this.#kill = kill
    this.watch = { before: (sql) => this.#before(sql), after: (sql) => this.#after(sql) }
  }

  /** The server ends when its work passes there for the nth time from now. */
  arm(failpoint: Failpoint, nth: number, kill: Kill): void {
    this.#armed.push({ ...kill, failpoint, left: nth })
  }

  disarm(): void {
    this.#armed = []
  }

  /** A new process starts: no work is under way. */
  reset(): void {
    this.#isInBatch = false
  }

  beforeAppend(): void {
    this.#pass('before-append')
  }

  afterAppend(): void {
    this.#pass('after-append')
  }

  /** A frame is about to be sent to a client. */
  answering(frame: string): void {
    if (this.#armed.length > 0 && frame.startsWith('{"type":"poke"')) this.#pass('before-answer')
  }

  #before(sql: string): void {
    if (this.#armed.length === 0 && sql !== 'BEGIN IMMEDIATE') return
    if (sql === 'BEGIN IMMEDIATE') {
      this.#pass('before-begin')
      this.#isInBatch = true
    } else if (sql === 'COMMIT') {
      this.#pass('before-commit')
      this.#pass('during-commit')
    } else if (this.#isInBatch && isAppWrite(sql)) this.#pass('mid-mutator')
  }

  #after(sql: string): void {
    if (sql !== 'COMMIT') return
    this.#isInBatch = false
    this.#pass('after-commit')
  }

  #pass(failpoint: Failpoint): void {
    const armed = this.#armed.find((one) => one.failpoint === failpoint && --one.left <= 0)
    if (armed === undefined) return
    this.#armed.splice(this.#armed.indexOf(armed), 1)
    this.#kill(failpoint, armed)
  }
}

function isAppWrite(sql: string): boolean {
  return /^\s*(insert|update|delete|replace|with)\b/i.test(sql) && !sql.includes('_savepoint_')
}
