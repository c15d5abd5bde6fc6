import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { byEffort } from '../bench.ts'
import { inParallel } from '../processes/in-parallel.ts'
import { bundle } from '../size/bundle.ts'
import { type Footprint, type Hub, type System, withHub } from './system.ts'
import { parameterOf, type Run, type Workload } from './workload.ts'

const KIB = 1024
const KB = 1000

/** Connections before those that count: a server that has just started takes memory that has nothing to do with them. */
const WARMUP_CONNECTIONS = 1000

export const footprint: Workload = {
  name: 'footprint',
  title: 'W6 footprint: what a page loads, and what an idle connection takes',
  timed: [
    'JS: what a client imports, on the page and in its worker if it has one, each bundled and minified for a browser, gzip at level 9. wasm: the files that it loads besides, gzip as well; a replica with SQL has one.',
    'Idle connection: by how much the resident set of the hub grew with 1,000 connections that are up to date, garbage collected; 1,000 before do not count.',
  ],
  parameters: [{ key: 'connections', title: 'connections' }],
  figures: [
    { key: 'idle', title: 'KiB a connection', unit: 'KiB', decimals: 1, better: 'less' },
    { key: 'js', title: 'page JS KB', unit: 'KB', decimals: 1, better: 'less' },
    { key: 'worker', title: 'worker JS KB', unit: 'KB', decimals: 1, better: 'less' },
    { key: 'wasm', title: 'wasm KB', unit: 'KB', decimals: 0, better: 'less' },
  ],
  sizes: (effort) => [{ connections: byEffort({ effort }, { smoke: 5, quick: 1000, full: 1000 }) }],
  run: async (run) => {
    const idle = await withHub(run.system, { directory: run.directory, counters: 1 }, (hub) => idleKibibytes(run, hub))
    return { idle, ...(await loaded(run.system.footprint)) }
  },
}

async function idleKibibytes({ system, effort, size }: Run, hub: Hub): Promise<number | null> {
  if (hub.usageAtRest === undefined) return null
  const connections = parameterOf(size, 'connections')
  const warmups = await connect(system, hub, byEffort({ effort }, { smoke: 1, quick: WARMUP_CONNECTIONS, full: WARMUP_CONNECTIONS }))
  const before = (await hub.usageAtRest()).rssBytes
  const idle = await connect(system, hub, connections)
  const after = (await hub.usageAtRest()).rssBytes
  for (const connection of [...warmups, ...idle]) connection.close()
  return (after - before) / KIB / connections
}

async function connect(system: System, { address }: Hub, count: number): Promise<{ close(): void }[]> {
  const connections: { close(): void }[] = []
  await inParallel(count, async () => void connections.push(await system.openIdle(address)))
  return connections
}

/** Kilobytes of a page, compressed. */
async function loaded({ entry, worker, directory, wasm }: Footprint): Promise<{ js: number | null; worker: number | null; wasm: number }> {
  const sizeOf = (files: readonly Uint8Array[]) => files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length / KB, 0)
  const bundled = async (contents: string | undefined) => (contents === undefined ? null : sizeOf(await bundle(contents, directory)))
  return { js: await bundled(entry), worker: await bundled(worker), wasm: sizeOf(wasm.map((file) => readFileSync(file))) }
}
