import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plant } from './planted-bug.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'
import { falseAlarmLine, trialLine } from './print-trials.ts'
import { ROOT } from './source-copy.ts'
import { tryAll } from './try-all.ts'

/** A bug that is not caught within so many seeds is not caught. */
const SEEDS_MAX = 8

test.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))('%s can still be planted', (_, bug) => {
  const texts = new Map<string, string>()
  for (const edit of bug.edits) {
    const text = texts.get(edit.file) ?? readFileSync(join(ROOT, edit.file), 'utf8')
    texts.set(edit.file, plant(text, bug, edit))
  }
  for (const [file, text] of texts) expect(text).not.toBe(readFileSync(join(ROOT, file), 'utf8'))
})

test('each bug has a name of its own', () => {
  expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length)
  expect(PLANTED_BUGS.length).toBeGreaterThanOrEqual(30)
})

test('an edit that does not fit says what is to be done', () => {
  const bug = { name: 'b', about: '', guarantees: ['G1'], weather: 'any', edits: [] } as const
  const edit = { file: 'f.ts', find: 'x', replace: 'y' }
  expect(plant('a x b', bug, edit)).toBe('a y b')
  expect(() => plant('a b', bug, edit)).toThrow('The planted bug "b" cannot be planted: in f.ts, what it replaces is not there any more')
  expect(() => plant('x x x', bug, edit)).toThrow('is there 3 times')
})

test('the simulator catches every planted bug, and finds nothing where there is none', async () => {
  const { trials, falseAlarms } = await tryAll({ seeds: SEEDS_MAX, stopsAtFailure: true })
  expect(falseAlarms.map(falseAlarmLine)).toEqual([])
  expect(trials.filter(({ caught }) => caught === undefined).map(trialLine)).toEqual([])
}, 600_000)
