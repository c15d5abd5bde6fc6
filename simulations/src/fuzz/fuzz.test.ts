import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fire } from './fire.ts'
import { CASES, fuzz } from './fuzz.ts'
import { decodeCase, type ShotCase } from './shot.ts'
import { Target } from './target.ts'
import { wrongOf } from './wrong-of.ts'

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-fuzz-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

test('[G9] [G10] garbage at every door harms nobody, and brings nothing out of a room that its sender may not see', async () => {
  // So few inputs are all warm-up: memory that grows with each of them shows, and no more.
  const options = { inputs: 20_000, seed: 1, rssRatioMax: 2, keepsCases: false, print: () => {} }
  const result = await fuzz({ directory: temporaryDirectory(), ...options })
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

test('what went wrong once goes right', async () => {
  const target = await Target.open(temporaryDirectory())
  onTestFinished(() => target.close())
  const wrong: string[] = []
  for (const file of readdirSync(CASES)) {
    const kept = JSON.parse(readFileSync(join(CASES, file), 'utf8')) as ShotCase
    const found = wrongOf(await fire(target.server.port, decodeCase(kept)), target.secrets)
    if (found !== undefined || !target.server.isUp) wrong.push(`${file}: ${found ?? 'the server is gone'}, as once: ${kept.wrong}`)
  }
  expect(wrong).toEqual([])
  expect(await target.honest.work()).toBeUndefined()
  expect(await target.filesWrong()).toEqual([])
})
