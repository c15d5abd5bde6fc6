import { expect, test } from 'vitest'
import { FAILPOINTS, type Failpoint } from '../scenario/scenario.ts'
import { Failpoints } from './failpoints.ts'

/** The statements and steps of one batch. */
function batch(failpoints: Failpoints): void {
  const { watch } = failpoints
  const run = (sql: string) => {
    watch.before?.(sql, 'room.db')
    watch.after?.(sql, 'room.db')
  }
  run('BEGIN IMMEDIATE')
  run('SAVEPOINT m')
  run('INSERT INTO items VALUES (?)')
  run('RELEASE m')
  failpoints.beforeAppend()
  run('INSERT INTO _savepoint_log VALUES (?)')
  failpoints.afterAppend()
  run('COMMIT')
  failpoints.answering('{"type":"poke","from":1}')
}

test('each failpoint is passed once a batch, in the order of the work', () => {
  const passed: Failpoint[] = []
  const failpoints = new Failpoints((failpoint) => passed.push(failpoint))
  for (const failpoint of FAILPOINTS) failpoints.arm(failpoint, 1, { power: false, forMs: 1 })
  batch(failpoints)
  expect(passed).toEqual([
    'before-begin',
    'mid-mutator',
    'before-append',
    'after-append',
    'before-commit',
    'during-commit',
    'after-commit',
    'before-answer',
  ])
  expect(new Set(passed)).toEqual(new Set(FAILPOINTS))
  batch(failpoints)
  expect(passed).toHaveLength(FAILPOINTS.length)
})

test('the nth time it is passed, and only for what is armed', () => {
  let kills = 0
  const failpoints = new Failpoints(() => kills++)
  failpoints.arm('after-commit', 3, { power: true, forMs: 10 })
  batch(failpoints)
  batch(failpoints)
  expect(kills).toBe(0)
  batch(failpoints)
  expect(kills).toBe(1)
  failpoints.arm('after-commit', 1, { power: true, forMs: 10 })
  failpoints.disarm()
  batch(failpoints)
  expect(kills).toBe(1)
})

test('what a mutator writes outside a batch is none of its writes', () => {
  let kills = 0
  const failpoints = new Failpoints(() => kills++)
  failpoints.arm('mid-mutator', 1, { power: false, forMs: 1 })
  failpoints.watch.before?.('INSERT INTO items VALUES (1)', 'room.db')
  expect(kills).toBe(0)
})
