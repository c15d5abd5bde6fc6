import type { StorageTasks } from './storage.worker.ts'

type Task = keyof StorageTasks
interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: { readonly name: string; readonly message: string }
}

/** A worker that does what the test says; terminated, it leaves everything as it is. */
class StorageWorker {
  readonly #worker = new Worker(new URL('./storage.worker.ts', import.meta.url), { type: 'module' })
  readonly #waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()

  constructor() {
    this.#worker.onmessage = ({ data: { id, value, error } }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(id)
      if (error === undefined) waiting?.resolve(value as never)
      else waiting?.reject(Object.assign(new Error(`${error.name}: ${error.message}`), { name: error.name }))
    }
  }

  do<T extends Task>(task: T, ...args: Parameters<StorageTasks[T]>): Promise<Awaited<ReturnType<StorageTasks[T]>>> {
    return new Promise((resolve, reject) => {
      const id = this.#waiting.size
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, task, args })
    })
  }

  terminate(): void {
    this.#worker.terminate()
  }
}

declare global {
  var newStorageWorker: () => StorageWorker
}
globalThis.newStorageWorker = () => new StorageWorker()
