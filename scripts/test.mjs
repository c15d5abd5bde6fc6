// All tests: types and lint, then unit and simulation tests, then those in a browser. Options go to vitest. With names of
// test files, only these run.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(import.meta.url)
const options = process.argv.slice(2)
const isWhole = options.every((option) => option.startsWith('-'))

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

function bin(name, file) {
  return join(dirname(require.resolve(`${name}/package.json`)), file)
}

run(bin('typescript', 'bin/tsc'), '-b')
run(bin('typescript', 'bin/tsc'), '-p', 'tsconfig.tests.json')
run(bin('typescript', 'bin/tsc'), '-p', 'apps/web')
run(bin('@biomejs/biome', 'bin/biome'), 'check')
run(bin('vitest', 'vitest.mjs'), 'run', ...options)
if (isWhole) run(join(root, 'scripts', 'browser-tests.mjs'))
