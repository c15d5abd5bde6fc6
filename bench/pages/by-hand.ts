import type { ByHandTasks } from './by-hand.worker.ts'

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A worker without Savepoint: what it can do is the floor under what a client does. */
export class ByHandWorker {
  readonly #worker = new Worker(new URL('./by-hand.worker.ts', import.meta.url), { type: 'module' })
  readonly #waiting = new Map<number, Waiting>()
  #calls = 0

  constructor() {
    this.#worker.onmessage = ({ data: { id, value, error } }: MessageEvent<{ id: number; value?: unknown; error?: string }>) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(value)
      else waiting?.reject(new Error(error))
    }
  }

  do<T extends keyof ByHandTasks>(task: T, ...[argument]: Parameters<ByHandTasks[T]>): Promise<Awaited<ReturnType<ByHandTasks[T]>>> {
    const id = ++this.#calls
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, task, argument })
    }) as Promise<Awaited<ReturnType<ByHandTasks[T]>>>
  }

  /** Closes its files, and ends it. */
  async end(): Promise<void> {
    await this.do('close')
    this.terminate()
  }

  terminate(): void {
    this.#worker.terminate()
  }
}
