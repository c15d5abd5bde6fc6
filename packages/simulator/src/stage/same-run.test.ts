import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { EXAMPLE_APP } from '../scenario/example-app.contract.ts'
import { generateScenario } from '../scenario/generate-scenario.ts'
import { Stage } from './stage.ts'

const SEEDS = ['1', '2', '3', '4', '5', '6']

test('the same seed gives the same run, to the byte: again, and in another process, zone and language', async () => {
  const hashes = await runAll()
  expect(new Set(hashes).size).toBe(SEEDS.length)
  expect(await runAll()).toEqual(hashes)
  const other = execFileSync(
    process.execPath,
    [
      '--conditions=@savepoint/source',
      '--import',
      'tsx',
      '--max-semi-space-size=1',
      fileURLToPath(new URL('print-hashes.contract.ts', import.meta.url)),
      ...SEEDS,
    ],
    { encoding: 'utf8', env: { ...process.env, TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } },
  )
  expect(other.trim().split('\n')).toEqual(hashes)
})

async function runAll(): Promise<string[]> {
  const stage = await Stage.open(EXAMPLE_APP)
  const hashes: string[] = []
  for (const seed of SEEDS) hashes.push((await stage.run(generateScenario(EXAMPLE_APP, {}, seed))).traceHash)
  await stage.close()
  return hashes
}
