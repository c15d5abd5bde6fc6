import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LIMITS, type Limit, readLimits } from './limits.ts'
import { RETENTION, readRetention } from './retention.ts'

test('what is not given is the standard', () => {
  expect(readLimits({ roomsOpen: 7 })).toMatchObject({ roomsOpen: 7, clientsPerRoom: 10_000 })
})

test.each([
  [{ roomsOpen: 0 }, 'limits.roomsOpen: 0 is not a whole number of rooms from 1'],
  [{ roomsOpen: 1.5 }, 'limits.roomsOpen: 1.5'],
  [{ pendingPerClient: 1999 }, 'limits.pendingPerClient: 1999 is not a whole number of mutations from 2000'],
  [{ changesPerMutation: 5_000_000 }, 'from 1 to 4194304'],
  [{ socketBufferBytes: Number.NaN }, 'limits.socketBufferBytes: NaN'],
  [{ handshakeMs: 2 ** 31 }, 'limits.handshakeMs: 2147483648 is not a whole number of milliseconds from 1 to 2147483647'],
  [{ outcomesWaitMs: 2 ** 31 }, 'limits.outcomesWaitMs: 2147483648'],
  [{ roomsopen: 1 } as object, 'limits: there is no "roomsopen"'],
])('%j is refused', (given, message) => {
  expect(() => readLimits(given)).toThrow(message)
})

test('what is kept of the past is bounded, by count and by age', () => {
  expect(readRetention({ versions: 7, ageMs: 0 })).toEqual({ versions: 7, ageMs: 0, outcomes: 100_000, outcomesAgeMs: 7_776_000_000 })
  expect(readRetention().ageMs).toBe(Number.POSITIVE_INFINITY)
  expect(() => readRetention({ outcomes: -1 })).toThrow('retention.outcomes: -1 is not a whole number of outcomes')
  expect(() => readRetention({ ms: 1 } as object)).toThrow('retention: there is no "ms"')
})

test.each<[string, { readonly [name: string]: Limit }]>([
  ['limit', LIMITS],
  ['`retention`', RETENTION],
])('docs/LIMITS.md has the table of %s', (title, table) => {
  const number = new Intl.NumberFormat('en-US')
  const shown = (standard: number) => (Number.isFinite(standard) ? number.format(standard) : 'none')
  const rows = Object.entries(table).map(([name, { standard, unit, over }]) => `| \`${name}\` | ${shown(standard)} | ${unit} | ${over} |`)
  const page = readFileSync(join(import.meta.dirname, '../../../docs/LIMITS.md'), 'utf8')
  expect(page).toContain(`| ${title} | default | of | over it |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`)
})
