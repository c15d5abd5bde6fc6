import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Bench } from '../bench.ts'
import type { Table } from '../report/table.ts'
import { bundle } from './bundle.ts'

/** An app of these parts, as esbuild reads it. React is the app's own. */
const PARTS = {
  'page: client': "export { createClient } from '@savepoint/client/browser'",
  'page: client + react': "export { createClient } from '@savepoint/client/browser'; export * from '@savepoint/react'",
  worker: "export { startReplicaWorker } from '@savepoint/client/worker'; export { defineMutators, defineSchema } from '@savepoint/core'",
  'service worker: server':
    "export { serveFromWorker } from '@savepoint/server/service-worker'; export { defineMutators, defineSchema } from '@savepoint/core'",
}

/** What a page has to load, and a service worker that is its server. */
export const size: Bench = {
  name: 'size',
  summary: 'what a page, its worker and a service worker have to load: minified, gzip and brotli, JavaScript and wasm apart',
  run: async () => [await measure()],
}

async function measure(): Promise<Table> {
  const rows: Table['rows'][number][] = []
  for (const [part, contents] of Object.entries(PARTS)) {
    const files = await bundle(contents, import.meta.dirname)
    const sum = (bytes: (file: Uint8Array) => number) => files.reduce((total, file) => total + bytes(file), 0)
    rows.push({ part, ...sizes(sum) })
  }
  const wasm = readFileSync(createRequire(import.meta.url).resolve('@journeyapps/wa-sqlite/dist/wa-sqlite.wasm'))
  rows.push({ part: 'worker: SQLite (wasm)', ...sizes((bytes) => bytes(wasm)) })
  return {
    key: 'size',
    title: 'Kilobytes that a page loads (esbuild, minified)',
    columns: [
      { key: 'part', title: 'part' },
      { key: 'raw', title: 'minified', decimals: 1 },
      { key: 'gzip', title: 'gzip', decimals: 1 },
      { key: 'brotli', title: 'brotli', decimals: 1 },
    ],
    rows,
    notes: [
      'React and the app’s own code are not counted. A kilobyte is 1,000 bytes; each file is compressed by itself, gzip at level 9, brotli at 11.',
      'What is loaded only when it is asked for (a replica in the page itself, for who wants no worker) is not counted.',
    ],
  }
}

function sizes(sum: (bytes: (file: Uint8Array) => number) => number): { raw: number; gzip: number; brotli: number } {
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
  return {
    raw: sum((file) => file.length) / 1000,
    gzip: sum((file) => gzipSync(file, { level: 9 }).length) / 1000,
    brotli: sum((file) => brotliCompressSync(file, brotli).length) / 1000,
  }
}
