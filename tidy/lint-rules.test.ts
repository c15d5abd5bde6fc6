import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './repo.ts'

/** Lints files as if they were in the repository; returns `path rule` for each complaint. */
function lint(files: Record<string, string>): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-lint-'))
  try {
    for (const path of ['biome.json', '.gitignore', 'tidy/no-ambient-time-or-chance.grit']) cpSync(join(ROOT, path), join(directory, path))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), text)
    }
    const biome = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
    const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json'], { cwd: directory, encoding: 'utf8' })
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; severity: string; location: { path: string } }[] }
    return diagnostics.map(({ category, severity, location }) => `${location.path} ${severity} ${category.split('/').at(-1)}`).sort()
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test('time and chance come from outside, but for the files that bring them in', () => {
  const ambient = 'export const all = [Date.now(), [1].map(Math.random), new Date(), new Date(5)]\n'
  const complaints = lint({
    'packages/core/src/ambient.ts': ambient,
    'packages/server/src/room/ambient.ts': ambient,
    'packages/core/src/clock.ts': ambient,
    'packages/client/src/random.ts': ambient,
    'packages/server/src/node.ts': ambient,
    'packages/sqlite/src/ambient.test.ts': ambient,
    'bench/src/ambient.ts': ambient,
  })
  expect(complaints).toEqual([
    ...Array(3).fill('packages/core/src/ambient.ts error plugin'),
    ...Array(3).fill('packages/server/src/room/ambient.ts error plugin'),
  ])
})

test('core imports nothing of Node, its tests may', () => {
  const code = "import { readFileSync } from 'node:fs'\nexport const text = readFileSync('a')\n"
  expect(lint({ 'packages/core/src/a.ts': code, 'packages/core/src/a.test.ts': code, 'packages/sqlite/src/a.ts': code })).toEqual([
    'packages/core/src/a.ts error noNodejsModules',
  ])
})

test('every export has a name and is named by hand; only a tool may ask for a default', () => {
  const complaints = lint({
    'packages/core/src/a.ts': "export * from './b.ts'\n",
    'packages/core/src/b.ts': 'export default function b() {}\n',
    'vitest.config.ts': 'export default {}\n',
  })
  expect(complaints).toEqual(['packages/core/src/a.ts error noReExportAll', 'packages/core/src/b.ts error noDefaultExport'])
})

test('types are not talked away', () => {
  const complaints = lint({
    'packages/core/src/a.ts': "import { B } from './b.ts'\nexport function a(b: B, c: any) {\n  return b.d! + c\n}\n",
  })
  expect(complaints).toEqual([
    'packages/core/src/a.ts error noExplicitAny',
    'packages/core/src/a.ts error noNonNullAssertion',
    'packages/core/src/a.ts error useImportType',
  ])
})

test('no test is left out', () => {
  const complaints = lint({ 'packages/core/src/a.test.ts': "test.only('a', () => {})\ndescribe.skip('b', () => {})\n" })
  expect(complaints).toEqual(['packages/core/src/a.test.ts error noFocusedTests', 'packages/core/src/a.test.ts error noSkippedTests'])
})
