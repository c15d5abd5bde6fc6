import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RunsAsked, SeedResult, SeedRun } from './seed-process.ts'

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** A process that tells nothing for so long, in milliseconds, goes in a circle. */
const SILENCE_MS_MAX = 120_000

/** Makes runs in a process of their own, on a copy of the sources. */
export async function runOnCopy(copy: string, asked: RunsAsked): Promise<readonly SeedResult[]> {
  if (asked.runs.length === 0) return []
  const results: SeedResult[] = []
  const broke = (error: string) => results.push({ ...(asked.runs[results.length] as SeedRun), violation: null, error })
  const child = fork(join(copy, 'simulations/src/planted/seed-process.ts'), [JSON.stringify(asked)], {
    cwd: copy,
    // These processes live for a second or two: to optimize SQLite's WebAssembly would take longer than it saves.
    execArgv: ['--conditions=@savepoint/source', '--liftoff-only', '--import', LOADER],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.on('data', (text) => {
    said += text
  })
  const isSilent = () => {
    broke(`nothing came of it within ${SILENCE_MS_MAX / 1000} s`)
    child.kill('SIGKILL')
  }
  let silence = setTimeout(isSilent, SILENCE_MS_MAX)
  child.on('message', (result) => {
    results.push(result as SeedResult)
    clearTimeout(silence)
    silence = setTimeout(isSilent, SILENCE_MS_MAX)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(silence)
  if (code !== 0 && results.length < asked.runs.length && results.at(-1)?.error === undefined)
    broke(`the process ended with code ${code}: ${said.trim()}`)
  return results
}
