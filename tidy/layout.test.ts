import { expect, test } from 'vitest'
import { oversizedFiles, vagueFolders } from './layout.ts'

const lines = (count: number) => 'x\n'.repeat(count)

test('source files have an upper bound, and the message names those close to it', () => {
  const repo = new Map([
    ['a.ts', lines(400)],
    ['b.ts', lines(300)],
    ['c.md', lines(900)],
  ])
  expect(oversizedFiles(repo)).toEqual([])
  repo.set('d.ts', lines(401))
  expect(oversizedFiles(repo)).toEqual(['d.ts: 401 lines (over 400)', 'a.ts: 400 lines (long)'])
})

test('folders are named by what they can do', () => {
  const repo = new Map(['src/utils/a.ts', 'types/a.ts', 'src/types.ts', 'src/driver/helpers.ts'].map((path) => [path, '']))
  expect(vagueFolders(repo)).toEqual(['src/utils/a.ts', 'types/a.ts'])
})
