import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const NODE_MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

const TESTS = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineMutators, defineSchema } from '@savepoint/core'
import { expectConvergence } from '@savepoint/simulator'

const schema = defineSchema({ name: 'shop', version: 1, sql: 'CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL)' })
const appWith = (suffix: () => string) => ({
  schema,
  mutators: defineMutators({ add(tx, name: string) { tx.run('INSERT INTO items VALUES (?, ?)', [tx.id(), name + suffix()]) } }),
  workload: { add: () => 'Tea' },
  mutations: 20,
})
test('good', async () => {
  const listeners = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  await expectConvergence({ ...appWith(() => ''), runs: 2 })
  const before = listeners()
  for (let i = 0; i < 3; i++) await expectConvergence({ ...appWith(() => ''), runs: 1 })
  assert.equal(listeners(), before)
})
test('bad', async () => {
  await assert.rejects(expectConvergence(appWith(() => String(Math.random()))), /Math\\.random/)
})
`

test('under node:test it passes and fails as it should, leaves nothing open, and the process ends', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-runners-'))
  try {
    symlinkSync(NODE_MODULES, join(directory, 'node_modules'))
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(directory, 'simulation.test.ts'), TESTS)
    const args = ['--conditions=@savepoint/source', '--import', TSX, '--test', '--test-reporter=tap', 'simulation.test.ts']
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const child = spawn(process.execPath, args, { cwd: directory, env })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk
      })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(output).toMatch(/# pass 2\n# fail 0/)
    expect(code).toBe(0)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
