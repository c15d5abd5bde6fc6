import { existsSync } from 'node:fs'
import { defineConfig, firefox, webkit } from '@playwright/test'

const chromium = process.env.SAVEPOINT_CHROMIUM
const report = process.env.SAVEPOINT_BROWSER_REPORT
const isRoot = process.getuid?.() === 0

/** What needs Chromium's own tools or arguments. */
const CHROMIUM_ONLY = '**/*-chromium.spec.ts'

export default defineConfig({
  testDir: 'e2e/src',
  testMatch: '**/*.spec.ts',
  // Tests have a server and a profile each, so only the machine limits how many run at once.
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 120_000,
  // No test says how fast a machine has to be: only one that hangs is to fail by this.
  expect: { timeout: 60_000 },
  reporter: [['list'], ...(report ? [['json', { outputFile: report }] as const] : [])],
  outputDir: 'e2e/results',
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        launchOptions: { ...(chromium && { executablePath: chromium }), args: isRoot ? ['--no-sandbox'] : [] },
      },
    },
    ...(existsSync(firefox.executablePath())
      ? [{ name: 'firefox', testIgnore: CHROMIUM_ONLY, use: { browserName: 'firefox' as const } }]
      : []),
    ...(existsSync(webkit.executablePath())
      ? [{ name: 'webkit', testIgnore: CHROMIUM_ONLY, use: { browserName: 'webkit' as const } }]
      : []),
  ],
})
