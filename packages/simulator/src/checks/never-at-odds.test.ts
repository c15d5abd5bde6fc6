import { encodeFrame } from '@savepoint/core'
import { expect, test } from 'vitest'
import { NeverAtOdds } from './never-at-odds.ts'

const failed = (error: string) => () => new NeverAtOdds().observe({ at: 1, node: 'ann', type: 'failed', error })
const refused = (code: 'mutation-gap' | 'unavailable') => () =>
  new NeverAtOdds().observeFrame({ client: 'ann', direction: 'down', text: encodeFrame({ type: 'refusal', code, message: 'no' }) })

test('[G3] errors of disks and networks are none of the engine', () => {
  failed('StorageFailure: The database could not be used: disk I/O error')()
  failed('Error: the log could not be reached')()
  refused('unavailable')()
})

test('[G3] a client that has diverged', () => {
  expect(failed("Diverged: The replica's content at version 3 has digest 1, the room's has 2")).toThrow(
    "[G3] ann found a mistake of the engine's: Diverged: The replica's content at version 3",
  )
})

test('[G3] pokes that do not follow, and a room that cannot follow its log', () => {
  expect(failed('Error: Changes from version 3 do not follow version 1.')).toThrow('do not follow')
  expect(failed("SavepointError: The room's database cannot be brought up to its log: entries after version 1 are missing.")).toThrow(
    'entries after version 1 are missing',
  )
})

test('[G3] a client that leaves a mutation out', () => {
  expect(refused('mutation-gap')).toThrow("The server found a mistake of client ann's")
})
