import { expect, test } from 'vitest'
import { brokenArrows } from './arrows.ts'

const manifest = (name: string, more: object = {}) =>
  JSON.stringify({
    name,
    exports: { '.': { '@savepoint/source': './src/index.ts' }, './node': { '@savepoint/source': './src/node.ts' } },
    ...more,
  })
const depends = (...names: string[]) => ({ dependencies: Object.fromEntries(names.map((name) => [name, '0.1.0'])) })

/** A small repository in which every arrow is allowed; each test adds one that is not. */
function repo(files: Record<string, string> = {}) {
  return new Map(
    Object.entries({
      'package.json': '{"devDependencies":{"vitest":"4"}}',
      'packages/core/package.json': manifest('@savepoint/core', depends('nanoid')),
      'packages/core/src/index.ts': "import { nanoid } from 'nanoid'\nexport { a } from './a.ts'",
      'packages/core/src/a.test.ts': "import { test } from 'vitest'",
      'packages/sqlite/package.json': manifest('@savepoint/sqlite', depends('@savepoint/core')),
      'packages/sqlite/tsconfig.json': '{"references":[{"path":"../core"}]}',
      'packages/sqlite/src/index.ts': "import { a } from '@savepoint/core'\nimport { join } from 'node:path'",
      'packages/client/package.json': manifest('@savepoint/client', depends('@savepoint/core')),
      'packages/server/package.json': manifest('@savepoint/server'),
      'packages/simulator/package.json': manifest('@savepoint/simulator'),
      'bench/package.json': manifest('@savepoint-demo/bench', { private: true, ...depends('@savepoint/client', '@savepoint/simulator') }),
      'bench/src/main.ts': "import { c } from '@savepoint/client'\nimport { s } from '@savepoint/simulator'",
      ...files,
    }),
  )
}

test('what is allowed passes', () => {
  expect(brokenArrows(repo())).toEqual([])
})

test('client and server may not know each other, not even by a type', () => {
  const files = {
    'packages/client/package.json': manifest('@savepoint/client', depends('@savepoint/server')),
    'packages/client/src/index.ts': "export type { S } from '@savepoint/server'\ntype T = import('@savepoint/server').T",
  }
  expect(brokenArrows(repo(files))).toEqual([
    'packages/client/package.json: may not depend on @savepoint/server',
    'packages/client/src/index.ts:1: may not import @savepoint/server',
    'packages/client/src/index.ts:2: may not import @savepoint/server',
  ])
})

test('a package that has no arrows yet may not depend on the simulator', () => {
  const files = { 'packages/new/package.json': manifest('@savepoint/new', depends('@savepoint/simulator')) }
  expect(brokenArrows(repo(files))).toEqual(['packages/new/package.json: may not depend on @savepoint/simulator'])
})

test('a sibling is imported by its public entries only', () => {
  const files = {
    'packages/sqlite/src/deep.ts': "import { a } from '@savepoint/core/src/a.ts'",
    'packages/sqlite/src/relative.ts': "import { a } from '../../core/src/a.ts'",
    'packages/sqlite/src/entry.ts': "import { a } from '@savepoint/core/node'",
  }
  expect(brokenArrows(repo(files))).toEqual([
    "packages/sqlite/src/deep.ts:1: '@savepoint/core/src/a.ts' is no public entry of @savepoint/core",
    "packages/sqlite/src/relative.ts:1: '../../core/src/a.ts' reaches into another house; import its public entry",
  ])
})

test('what is imported is declared, and what ships needs more than a development dependency', () => {
  const files = { 'packages/core/src/a.ts': "import { test } from 'vitest'\nawait import('left-pad')" }
  expect(brokenArrows(repo(files))).toEqual([
    "packages/core/src/a.ts:1: 'vitest' is not among the dependencies of packages/core/package.json",
    "packages/core/src/a.ts:2: 'left-pad' is not among the dependencies of packages/core/package.json",
  ])
})

test('project references are the dependencies', () => {
  const files = { 'packages/client/tsconfig.json': '{"references":[{"path":"../core"},{"path":"../sqlite"}]}' }
  expect(brokenArrows(repo(files))).toEqual([
    'packages/client/tsconfig.json: references [packages/core,packages/sqlite], but the dependencies are [packages/core]',
  ])
})

test('what is installed apart inside of a house may use what its own manifest names', () => {
  const files = {
    'bench/peers/package.json': manifest('@savepoint-demo/bench-peers', { private: true, ...depends('yjs') }),
    'bench/peers/src/main.ts': "import { Doc } from 'yjs'",
  }
  expect(brokenArrows(repo(files))).toEqual([])
  expect(brokenArrows(repo({ ...files, 'bench/peers/src/main.ts': "import { x } from 'replicache'" }))).toHaveLength(1)
})
