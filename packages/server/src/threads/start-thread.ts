import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Starts a thread of this package by the address of its module without the ending. From source, in development and tests, the thread
 * first needs the loader that the rest is run by; built, it needs none.
 */
export function startThread(module: string, options: WorkerOptions = {}): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`${module}.js`), options)
  const start = `import(${JSON.stringify(loaderFrom(import.meta.url))}).then(({ register }) => { register(); return import(${JSON.stringify(`${module}.ts`)}) })`
  return new Worker(start, { ...options, eval: true, execArgv: ['--conditions=@savepoint/source'] })
}

/** Where tsx is, which loads TypeScript, as seen from a module. @throws Error if it is not there */
export function loaderFrom(url: string): string {
  return new URL('./esm/api/index.mjs', pathToFileURL(createRequire(url).resolve('tsx'))).href
}
