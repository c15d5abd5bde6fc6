import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fuzz } from './fuzz.ts'

test('[G9] [G10] garbage at every door harms nobody, and brings nothing out of a room that its sender may not see', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-fuzz-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  // So few inputs are all warm-up: memory that grows with each of them shows, and no more.
  const options = { inputs: 20_000, seed: 1, rssRatioMax: 2, keepsCases: false, print: () => {} }
  const result = await fuzz({ directory, ...options })
  expect(result).toMatchObject({ problems: [], ok: true })
  expect(result.honest).toBeGreaterThan(10)
  // It was a test only if some of it was taken, and some was not.
  expect(Object.keys(result.replies)).toEqual(
    expect.arrayContaining([
      '200',
      '400',
      '401',
      '404',
      'poke',
      'pong',
      'refusal bad-message',
      'refusal read-only',
      'refusal unauthorized',
      'welcome',
    ]),
  )
})
