import { describe, expect, test } from 'vitest'
import { unexplainedExports, unusedExports } from './dead-exports.ts'

const MANIFEST = JSON.stringify({ name: '@savepoint/core', exports: { '.': { '@savepoint/source': './src/index.ts' } } })
const repo = (files: Record<string, string>) =>
  new Map(Object.entries({ 'package.json': '{}', 'packages/core/package.json': MANIFEST, ...files }))

describe('inner modules', () => {
  test('an import, a re-export, a namespace, an import() and an address are uses', () => {
    const files = {
      'packages/core/src/index.ts':
        "export { a } from './a.ts'\nimport { b as c } from './b.ts'\nimport * as d from './d.ts'\nimport('./e.ts')\nnew URL('./g.ts', import.meta.url)",
      'packages/core/src/a.ts': 'export const a = 1',
      'packages/core/src/b.ts': 'export interface b {}',
      'packages/core/src/d.ts': 'export const d = 1, e = 2',
      'packages/core/src/e.ts': 'export function f() {}',
      'packages/core/src/g.ts': 'export class g {}',
    }
    expect(unusedExports(repo(files))).toEqual([])
  })

  test('a use by a test is none, nor is one in the module itself', () => {
    const files = {
      'packages/core/src/a.ts': "export const a = 1\nexport const b = a\n// import { b } from './a.ts'",
      'packages/core/src/a.test.ts': "import { a } from './a.ts'",
    }
    expect(unusedExports(repo(files))).toEqual([
      "packages/core/src/a.ts:1: nothing imports 'a'",
      "packages/core/src/a.ts:2: nothing imports 'b'",
    ])
  })

  test('what tests share is used by tests', () => {
    const files = {
      'packages/core/src/a.contract.ts': 'export function used() {}\nexport function unused() {}',
      'packages/core/src/a.test.ts': "import { used } from './a.contract.ts'",
    }
    expect(unusedExports(repo(files))).toEqual(["packages/core/src/a.contract.ts:2: nothing imports 'unused'"])
  })
})

describe('public entries', () => {
  const sources = {
    'packages/core/src/index.ts': "export { type Options, open, type Stray, shut } from './a.ts'",
    'packages/core/src/a.ts': [
      "import type { Limit } from './limit.ts'",
      'export interface Options extends Base { limit: Limit }',
      'interface Base { depth: Depth }',
      'type Depth = number',
      'export function open(options: Partial<Options>): void { const stray: Stray = 1 }',
      'export function shut(): void {}',
      'export type Stray = number',
    ].join('\n'),
    'packages/core/src/limit.ts': 'export type Limit = number',
  }

  test('a name is explained by a document, and its types with it; a body explains nothing', () => {
    const documented = { ...sources, 'README.md': 'Call `open` first.', 'CHANGELOG.md': 'shut, Stray' }
    expect(unexplainedExports(repo(documented))).toEqual([
      "packages/core/src/index.ts:1: 'Stray' is public, but neither used nor documented",
      "packages/core/src/index.ts:1: 'shut' is public, but neither used nor documented",
    ])
  })

  test('a name is explained by a use in another house, unless that is a test', () => {
    const used = {
      ...sources,
      'README.md': '',
      'apps/server/src/main.ts': "import { open, type Stray } from '@savepoint/core'",
      'apps/server/src/main.test.ts': "import { shut } from '@savepoint/core'",
    }
    expect(unexplainedExports(repo(used))).toEqual(["packages/core/src/index.ts:1: 'shut' is public, but neither used nor documented"])
  })
})
