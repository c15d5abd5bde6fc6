import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { SnapshotJob, SnapshotReply, SnapshotRequest } from './snapshot-job.ts'
import type { SnapshotPosition } from './write-snapshot.ts'

interface Waiting {
  readonly resolve: (position: SnapshotPosition | undefined) => void
  readonly reject: (error: Error) => void
}

/** The one thread that makes snapshots for all rooms of a server: started when first needed, and again if it dies. */
export class SnapshotThread {
  #worker: Worker | null = null
  #count = 0
  readonly #waiting = new Map<number, Waiting>()

  run(job: SnapshotJob): Promise<SnapshotPosition | undefined> {
    const worker = this.#worker ?? this.#start()
    const id = ++this.#count
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, job } satisfies SnapshotRequest)
    })
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
    this.#fail(new Error('The snapshot thread was closed.'))
  }

  #start(): Worker {
    const worker = startWorker()
    worker.unref()
    worker.on('message', (reply: SnapshotReply) => {
      const waiting = this.#waiting.get(reply.id)
      this.#waiting.delete(reply.id)
      if (reply.ok) waiting?.resolve(reply.position)
      else waiting?.reject(new Error(`A snapshot could not be made: ${reply.message}`))
    })
    const died = (error?: unknown): void => {
      if (this.#worker !== worker) return
      this.#worker = null
      this.#fail(new Error('The snapshot thread died.', { cause: error }))
    }
    worker.on('error', died)
    worker.on('exit', () => died())
    this.#worker = worker
    return worker
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

/** From source, in development and tests, the thread first needs the loader that the rest is run by; built, it needs none. */
function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./snapshot-worker.js', import.meta.url))
  const loader = new URL('./esm/api/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx'))).href
  const source = new URL('./snapshot-worker.ts', import.meta.url).href
  const start = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(source)}) })`
  return new Worker(start, { eval: true, execArgv: ['--conditions=@savepoint/source'] })
}
