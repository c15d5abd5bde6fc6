import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deploys } from './deploys.ts'

test('[G1] [G2] [G5] deploys under load lose nothing and double nothing, and clients find the new server', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-deploys-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const result = await deploys({ directory, count: 4, clients: 4, seed: 1, print: () => {} })
  expect(result).toMatchObject({ problems: [], ok: true, deploys: 4, lost: 0, doubled: 0 })
  expect(new Set(result.digests).size).toBe(1)
  expect(result.acknowledged).toBe(result.mutations)
  // It was a test only if there was something to lose.
  expect(result.mutations).toBeGreaterThan(50)
  expect(result.gapMs).toHaveLength(4)
})
