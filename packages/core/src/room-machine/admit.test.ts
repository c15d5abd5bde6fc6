import { describe, expect, test } from 'vitest'
import { admit } from './admit.ts'
import type { ClientRecord } from './client-record.ts'

const client: ClientRecord = { lastMutationID: 5, lastSeed: 's5', lastVersion: 9, acked: 2, identity: 'ann' }

describe('[G1] [G2] a pushed mutation', () => {
  test.each([
    ['the first of a new client', null, 1, 's1', { kind: 'run' }],
    ['a later one of a client that is not known', null, 2, 's2', { kind: 'refused', code: 'mutation-gap' }],
    ['the next', client, 6, 's6', { kind: 'run' }],
    ['one too far', client, 7, 's7', { kind: 'refused', code: 'mutation-gap' }],
    ['the last once more', client, 5, 's5', { kind: 'repeat' }],
    ['another under the last one’s ID', client, 5, 'x', { kind: 'refused', code: 'client-forked' }],
    ['an older one', client, 3, 'x', { kind: 'repeat' }],
  ])('%s', (_, record, mutationID, seed, expected) => {
    expect(admit(record, record?.identity ?? 'ann', { mutationID, seed })).toMatchObject(expected)
  })

  test('of another identity is refused', () => {
    expect(admit(client, 'eve', { mutationID: 6, seed: 's6' })).toMatchObject({ kind: 'refused', code: 'unauthorized' })
  })
})
