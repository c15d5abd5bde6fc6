import { expect, test } from 'vitest'
import { lockfileGaps } from './lockfile.ts'

const NATIVE = { optionalDependencies: { 'native-linux': '2.0.0', 'native-darwin': '2.0.0' } }

function gaps(packages: object, manifest: object = {}) {
  return lockfileGaps(
    new Map([
      ['package.json', JSON.stringify(manifest)],
      ['package-lock.json', JSON.stringify({ packages: { '': {}, ...packages } })],
    ]),
  )
}

test('a binary for every platform is locked, nested or hoisted', () => {
  const packages = {
    'node_modules/native': NATIVE,
    'node_modules/native/node_modules/native-linux': { version: '2.0.0' },
    'node_modules/native-darwin': { version: '2.0.0', resolved: 'https://registry.npmjs.org/native-darwin/-/native-darwin-2.0.0.tgz' },
  }
  expect(gaps(packages)).toEqual([])
})

test('a missing one, one of another version, and one from elsewhere are gaps', () => {
  const packages = {
    'node_modules/native': NATIVE,
    'node_modules/native-linux': { version: '1.0.0', resolved: 'https://mirror.example/native-linux.tgz' },
  }
  expect(gaps(packages)).toEqual([
    "package-lock.json: 'node_modules/native' wants native-linux 2.0.0, not 1.0.0",
    "package-lock.json: 'node_modules/native' may need native-darwin on another platform, which has no entry",
    "package-lock.json: 'node_modules/native-linux' is fetched from https://mirror.example",
  ])
})

test('a manifest that changed without the lockfile is a gap', () => {
  expect(gaps({}, { dependencies: { hono: '^4' } })).toEqual(['package-lock.json: does not match package.json; run npm install'])
})

test('what is installed apart has a lockfile of its own', () => {
  const manifest = JSON.stringify({ dependencies: { yjs: '13.6.33' } })
  const repo = (locked: object) =>
    new Map([
      ['package.json', '{}'],
      ['package-lock.json', JSON.stringify({ packages: { '': {} } })],
      ['bench/peers/package.json', manifest],
      ['bench/peers/package-lock.json', JSON.stringify({ packages: { '': locked } })],
    ])
  expect(lockfileGaps(repo({ dependencies: { yjs: '13.6.33' } }))).toEqual([])
  expect(lockfileGaps(repo({}))).toEqual(['bench/peers/package-lock.json: does not match bench/peers/package.json; run npm install'])
})
