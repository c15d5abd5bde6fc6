import { setTimeout as wait } from 'node:timers/promises'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { tsxApi } from '../import-module.ts'

/** Threads that have not ended. */
const alive = new Set<Worker>()

/**
 * Starts a thread of this package by the address of its module without the ending. From source, in development and tests, the thread
 * first needs the loader that the rest is run by; built, it needs none.
 */
export function startThread(module: string, options: WorkerOptions = {}): Worker {
  const worker = makeWorker(module, options)
  alive.add(worker)
  worker.once('exit', () => alive.delete(worker))
  return worker
}

/**
 * Ends all threads that were started here. Resolves with whether they are gone by then: one that runs a query which does not end is not,
 * and the process would wait for it without end when it exits.
 */
export async function endThreads(ms: number): Promise<boolean> {
  const ended = [...alive].map((worker) => worker.terminate())
  return await Promise.race([Promise.all(ended).then(() => true), wait(ms, false)])
}

function makeWorker(module: string, options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`${module}.js`), options)
  const start = `import(${JSON.stringify(tsxApi(import.meta.url, 'esm'))}).then(({ register }) => { register(); return import(${JSON.stringify(`${module}.ts`)}) })`
  return new Worker(start, { ...options, eval: true, execArgv: ['--conditions=@savepoint/source'] })
}
