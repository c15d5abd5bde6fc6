import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Batch, BatchResult } from './batch.ts'

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PROGRAM = fileURLToPath(new URL('./batch-process.ts', import.meta.url))

/** A process that takes so long for a batch, in real milliseconds, goes in a circle. */
const BATCH_MS_MAX = 300_000

/**
 * Runs batches in processes of their own, one per core.
 *
 * @param next the next batch, or undefined if there are no more: asked again and again, also after that
 * @param onResult told of each as it comes
 */
export async function runBatches(next: () => Batch | undefined, onResult: (result: BatchResult, batch: Batch) => void): Promise<void> {
  const work = async () => {
    let worker: ChildProcess | undefined
    try {
      for (let batch = next(); batch !== undefined; batch = next()) {
        worker ??= start()
        const result = await runBatch(worker, batch)
        // What hangs, or has died, can take no other.
        if (result.failure?.checker === 'error') {
          worker.kill('SIGKILL')
          worker = undefined
        }
        onResult(result, batch)
      }
    } finally {
      worker?.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
}

function start(): ChildProcess {
  return fork(PROGRAM, { execArgv: ['--conditions=@savepoint/source', '--import', LOADER], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

function runBatch(worker: ChildProcess, batch: Batch): Promise<BatchResult> {
  return new Promise((resolve) => {
    const finish = (result: BatchResult) => {
      clearTimeout(patience)
      worker.off('message', finish)
      worker.off('exit', died)
      resolve(result)
    }
    const fail = (what: string) =>
      finish({
        runs: 0,
        calls: 0,
        clientMs: 0,
        faults: [],
        failure: { app: batch.app, seed: batch.seed, checker: 'error', message: `The process of batch ${JSON.stringify(batch)} ${what}.` },
      })
    const died = (code: number | null, signal: string | null) => fail(`has died with ${signal ?? `code ${code}`}`)
    const patience = setTimeout(() => fail(`has told nothing for ${BATCH_MS_MAX / 1000} s`), BATCH_MS_MAX)
    worker.on('message', finish)
    worker.on('exit', died)
    worker.send(batch)
  })
}
