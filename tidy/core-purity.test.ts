import { expect, test } from 'vitest'
import { compile } from './compile.ts'

const AMBIENT = ['Buffer', 'URL', 'WebSocket', 'console', 'crypto', 'document', 'fetch', 'indexedDB', 'process', 'require', 'setTimeout']
const CONFIG = {
  extends: '../../packages/core/tsconfig.json',
  compilerOptions: { rootDir: '../..', noEmit: true, composite: false, declaration: false, declarationMap: false, tsBuildInfoFile: null },
  references: [],
}

/** Compiled as core is, with all that core imports in sight: each of these names has to be unknown, whoever might have declared it. */
function leaks(...before: string[]) {
  const probe = [...before, "import '@savepoint/core'", ...AMBIENT.flatMap((name) => ['// @ts-expect-error', `void ${name}`])]
  return compile('core-purity', new Map([['probe.ts', probe.join('\n')]]), CONFIG)
}

test('core sees no timers, sockets, console or any other I/O, neither of Node nor of the browser', () => {
  expect(leaks()).toEqual([])
})

test("a dependency that brings Node's types along would be noticed", () => {
  expect(leaks('/// <reference types="node" />')).toContainEqual(expect.stringContaining("Unused '@ts-expect-error' directive"))
})
