import type { Worker } from 'node:worker_threads'
import { SavepointError } from '@savepoint/core'
import { startThread } from '../threads/start-thread.ts'
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

  /** Whoever waits for a snapshot is told that the server is going away. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
    this.#fail(new SavepointError('going-away', 'The server is shutting down. Ask for the snapshot again.'))
  }

  #start(): Worker {
    const worker = startThread(new URL('./snapshot-worker', import.meta.url).href)
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
