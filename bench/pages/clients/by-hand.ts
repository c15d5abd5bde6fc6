import { BY_NAME } from '../../src/apps/keyed-counters.ts'
import { ByHandCounters, type CountersByStatements } from '../../src/systems/by-hand/by-hand-counters.ts'
import { offerClients } from '../../src/workloads/offer-clients.ts'
import { ByHandWorker } from '../by-hand.ts'

/** In a worker, on the origin's files. */
class CountersInWorker implements CountersByStatements {
  readonly #worker: ByHandWorker
  /** What is added goes with the next question: one message there, one back. */
  #added: string[] = []

  constructor(worker: ByHandWorker) {
    this.#worker = worker
  }

  add(name: string): void {
    this.#added.push(name)
  }

  count(name: string): Promise<number> {
    return this.#worker.do('count', { add: this.#take(), of: name })
  }

  async sum(): Promise<number> {
    const [found] = await this.#worker.do('read', { sql: 'SELECT sum(n) AS n FROM counters' })
    return found?.n as number
  }

  async rebase(foreign: string, pending: readonly string[]): Promise<number> {
    this.#take()
    const view = `SELECT n FROM counters WHERE name = '${foreign}'`
    const { rows } = await this.#worker.do('rebase', { names: pending, foreign, view })
    return rows[0]?.n as number
  }

  close(): Promise<void> {
    return this.#worker.end()
  }

  #take(): readonly string[] {
    const added = this.#added
    this.#added = []
    return added
  }
}

/** A worker that has what the hub serves in files of its own. */
async function openWorker(url: string): Promise<ByHandWorker> {
  const worker = new ByHandWorker()
  await worker.do('download', { name: crypto.randomUUID(), url })
  return worker
}

offerClients({
  async openClient(url) {
    const worker = await openWorker(url)
    await worker.do('begin', BY_NAME)
    return new ByHandCounters(url, new CountersInWorker(worker))
  },
  async bootstrap(url, things) {
    const worker = await openWorker(url)
    const [found] = await worker.do('read', { sql: 'SELECT count(*) AS n FROM things' })
    if (found?.n !== things) throw new Error(`The file has ${found?.n} rows of ${things}.`)
    return { close: () => worker.end() }
  },
})
