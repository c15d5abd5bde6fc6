// Builds the pages of the browser tests in e2e/ and those of the demo, and runs the tests, with the options of `playwright test`.
// The tests' own servers run from source, as all else here does, which is what the condition is for.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from './find-chromium.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(join(root, 'e2e', 'package.json'))
const cli = join(dirname(require.resolve('@playwright/test/package.json')), 'cli.js')
const { chromium } = require('@playwright/test')

const executable = findChromium(chromium.executablePath(), cli)
const env = {
  ...process.env,
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --conditions=@savepoint/source`.trim(),
  ...(executable && { SAVEPOINT_CHROMIUM: executable }),
}
const vite = join(dirname(require.resolve('vite/package.json')), 'bin', 'vite.js')
run(vite, 'build', '--config', join(root, 'e2e', 'pages', 'vite.config.ts'), '--logLevel', 'warn')
for (const mode of [[], ['--mode', 'static', '--outDir', 'dist-static']])
  run(vite, 'build', join(root, 'apps', 'web'), ...mode, '--logLevel', 'warn')
run(cli, 'test', ...process.argv.slice(2))

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
