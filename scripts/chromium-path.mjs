// Prints where the Chromium of the browser tests is, after installing one where there is none; an empty line means
// Playwright's own.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from './find-chromium.mjs'

const require = createRequire(join(dirname(dirname(fileURLToPath(import.meta.url))), 'e2e', 'package.json'))
const { chromium } = require('@playwright/test')
const cli = join(dirname(require.resolve('@playwright/test/package.json')), 'cli.js')
process.stdout.write(`${findChromium(chromium.executablePath(), cli) ?? ''}\n`)
