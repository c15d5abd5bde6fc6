#!/usr/bin/env node
// A file that is there before anything is built: npm links no commands to files that are not.
import { existsSync } from 'node:fs'

const built = new URL('../dist/cli.js', import.meta.url)
if (existsSync(built)) {
  await import(built.href)
} else {
  console.error('savepoint-server is not built: run "npm run build" in the checkout first')
  process.exitCode = 2
}
