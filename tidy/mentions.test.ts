import { expect, test } from 'vitest'
import { machinePaths, missingPages } from './mentions.ts'

const path = (...parts: string[]) => `/${parts.join('/')}`

test('paths of a machine are found, in any kind of file', () => {
  const repo = new Map([
    ['a.ts', `// fine: packages/root/a, ./home/b, /rooms/c\nopen('${path('root', 'data.db')}')`],
    ['b.json', `{"main":"${path('home', 'me', 'b.js')}"}`],
  ])
  expect(machinePaths(repo)).toEqual([
    `a.ts:2: ${path('root', 'data.db')} is a path of somebody's machine`,
    `b.json:1: ${path('home', 'me')} is a path of somebody's machine`,
  ])
})

test('a document that is mentioned is in the repository', () => {
  const repo = new Map([
    ['docs/PROTOCOL.md', ''],
    ['a.ts', '// see docs/PROTOCOL.md, and PLAN.md for the reasons'],
  ])
  expect(missingPages(repo)).toEqual(['a.ts:1: PLAN.md is not in the repository'])
})
