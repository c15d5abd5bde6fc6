import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { kills } from './kills.ts'

test('[G1] [G2] [G4] [G5] a server killed under load loses nothing and doubles nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-kills-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const result = await kills({ directory, count: 6, clients: 4, seed: 1, print: () => {} })
  expect(result).toMatchObject({ problems: [], ok: true, kills: 6, lost: 0, doubled: 0 })
  expect(new Set(result.digests).size).toBe(1)
  expect(result.acknowledged).toBe(result.mutations)
  // It was a test only if there was something to lose.
  expect(result.mutations).toBeGreaterThan(50)
  expect(result.refused).toBeGreaterThan(0)
})
