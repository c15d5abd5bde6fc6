import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { torture } from './torture.ts'

test('[G1] [G2] [G3] [G4] [G5] [G6] a server that is killed and whose files and lines fail loses nothing and doubles nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-torture-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const result = await torture({ directory, durationMs: 0, rooms: 2, clients: 8, seed: 1, print: () => {} })
  expect(result).toMatchObject({ problems: [], ok: true, lost: 0, doubled: 0 })
  expect(result.kills).toBeGreaterThan(result.missing === null ? 15 : 5)
  // It was a test only if there was something to lose.
  expect(result.acknowledged).toBeGreaterThan(100)
  expect(result.refused).toBeGreaterThan(0)
})
