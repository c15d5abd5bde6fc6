import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SeedResult, SeedsAsked } from './seed-process.ts'

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** A process that tells nothing for so long, in milliseconds, goes in a circle. */
const SILENCE_MS_MAX = 60_000

/** Runs seeds in a process of their own, on a copy of the sources. */
export async function runSeeds(copy: string, asked: SeedsAsked): Promise<readonly SeedResult[]> {
  const results: SeedResult[] = []
  const child = fork(join(copy, 'simulations/src/planted/seed-process.ts'), [JSON.stringify(asked)], {
    cwd: copy,
    execArgv: ['--conditions=@savepoint/source', '--import', LOADER],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.on('data', (text) => {
    said += text
  })
  const isHung = () => {
    results.push({
      seed: asked.seeds[results.length] ?? '',
      violation: null,
      error: `nothing came of it within ${SILENCE_MS_MAX / 1000} s`,
    })
    child.kill('SIGKILL')
  }
  let silence = setTimeout(isHung, SILENCE_MS_MAX)
  child.on('message', (result) => {
    results.push(result as SeedResult)
    clearTimeout(silence)
    silence = setTimeout(isHung, SILENCE_MS_MAX)
  })
  const [code] = await new Promise<[number | null]>((resolve) => child.on('close', (...how) => resolve([how[0]])))
  clearTimeout(silence)
  if (code !== 0 && results.at(-1)?.error === undefined)
    results.push({ seed: asked.seeds[results.length] ?? '', violation: null, error: `the process ended with code ${code}: ${said.trim()}` })
  return results
}
