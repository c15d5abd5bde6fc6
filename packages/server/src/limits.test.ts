import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LIMITS, readLimits } from './limits.ts'

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

test('docs/LIMITS.md has this table', () => {
  const number = new Intl.NumberFormat('en-US')
  const rows = Object.entries(LIMITS).map(
    ([name, { standard, unit, over }]) => `| \`${name}\` | ${number.format(standard)} | ${unit} | ${over} |`,
  )
  const page = readFileSync(join(import.meta.dirname, '../../../docs/LIMITS.md'), 'utf8')
  expect(page).toContain(`| limit | default | of | over it |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`)
})
