import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { app } from '../testing/shop-app.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { loadApp } from './load-app.ts'

const SHOP_APP = fileURLToPath(new URL('../testing/shop-app.ts', import.meta.url))

function written(text: string, file = 'app.mjs'): string {
  const path = join(temporaryDirectory(), file)
  writeFileSync(path, text)
  return path
}

test('an app, and nobody who is asked', async () => {
  expect(await loadApp(SHOP_APP)).toEqual({ app })
})

test.each([
  ['nothing', '', /app: it is missing, and is what defineApp returns; the module exports nothing/],
  [
    'an app in pieces',
    'export const schema = {}, mutators = {}',
    /app: it is missing, and is what defineApp returns; the module exports schema, mutators$/,
  ],
  ['an app that is misspelt', 'export const App = {}', /App: did you mean "app"\?/],
  [
    'an app that comes later',
    'export const app = Promise.resolve({})',
    /app: it is a promise, and has to be what defineApp returns; await it/,
  ],
  ['a function', 'export const app = () => ({})', /app: it is not what defineApp returns/],
  [
    'an app without anything',
    'export const app = { name: "x" }',
    /app\.schema: it is missing, and is what defineSchema returns; the app has name\n {2}app\.mutators: it is missing, and is what defineMutators/,
  ],
  ['an odd schema', 'export const app = { schema: "CREATE TABLE" }', /app\.schema: it is not what defineSchema returns/],
  ['mutators that come later', 'export const app = { mutators: Promise.resolve() }', /app\.mutators: it is a promise/],
  ['odd overrides', 'export const app = { serverMutators: 1 }', /app\.serverMutators: it is no object of mutators/],
  ['odd work', 'export const app = { afterCommit: 1 }', /app\.afterCommit: it is no function/],
  ['odd retention', 'export const app = { retention: { versions: -1 } }', /app\.retention\.versions: -1 is not a whole number of versions/],
  ['a misspelt field', 'export const app = { serverMutator: {} }', /app\.serverMutator: did you mean "serverMutators"\?/],
  ['authorize in the app', 'export const app = { authorize() {} }', /app\.authorize: .*export it from the module, beside app/],
  [
    'work beside the app',
    'export const app = {}; export function afterCommit() {}',
    /\n {2}afterCommit: it is exported beside app; give it/,
  ],
  ['authorize that is misspelt', 'export const app = {}; export const authorise = () => null', /authorise: did you mean "authorize"\?/],
  ['authorize that is none', 'export const app = {}; export const authorize = true', /authorize: it is no function/],
])('%s is refused, and it says why', async (_, text, message) => {
  await expect(loadApp(written(text))).rejects.toThrow(message)
})

test('what is exported twice is the app’s', async () => {
  const text = 'export const afterCommit = () => {}; export const app = { afterCommit }'
  await expect(loadApp(written(text))).rejects.not.toThrow('beside app')
})

test('a CommonJS module exports an app as well', async () => {
  const text = 'module.exports = Object.assign({}, { app: { schema: 1 } })'
  await expect(loadApp(written(text, 'app.cjs'))).rejects.toThrow('app.schema: it is not what')
})
