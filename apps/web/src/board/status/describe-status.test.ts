import type { ClientStatus } from '@savepoint/client'
import { expect, test } from 'vitest'
import { describeStatus, describeStorage } from './describe-status.ts'

const LIVE: ClientStatus = {
  connection: 'live',
  version: 7,
  pending: 0,
  oldestPendingAt: null,
  download: null,
  outage: null,
  refusal: null,
  transport: null,
}

test.each<[Partial<ClientStatus>, string, string]>([
  [{}, 'live', 'Live'],
  [{ pending: 2 }, 'guess', 'Saving 2'],
  [{ connection: 'connecting' }, 'guess', 'Connecting'],
  [{ connection: 'catching-up', download: { bytes: 499, ofBytes: 1000 }, pending: 1 }, 'guess', 'Catching up 49% · 1 waiting'],
  [{ connection: 'stopped', pending: 3 }, 'guess', 'Offline by choice · 3 waiting'],
  [{ connection: 'recovering' }, 'guess', 'Repairing'],
  [{ connection: 'refused' }, 'wrong', 'Refused'],
  [{ pending: 1, refusal: { code: 'read-only', message: 'no' } }, 'wrong', 'Not saving · 1 waiting'],
])('%j is %s: %s', (part, tone, short) => {
  expect(describeStatus({ ...LIVE, ...part })).toMatchObject({ tone, short })
})

test('offline tells since when, and what waits', () => {
  const text = describeStatus({
    ...LIVE,
    connection: 'offline',
    pending: 1,
    outage: { since: Date.UTC(2026, 10, 21, 14, 2), nextTryAt: null },
  })
  expect(text.short).toMatch(/^Offline since .*\d.* · 1 waiting$/)
  expect(text.long).toMatch(/1 change/)
})

test('where the data is, and why not somewhere better', () => {
  expect(describeStorage({ kind: 'disk' })).toMatch(/files/)
  expect(describeStorage({ kind: 'memory', why: 'This is a private window.' })).toMatch(
    /gone when the last tab closes\. This is a private window\./,
  )
})
