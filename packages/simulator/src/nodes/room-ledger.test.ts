import type { LogEntry, RoomLog } from '@savepoint/server'
import { expect, test } from 'vitest'
import { observedLog, RoomLedger } from './room-ledger.ts'

const entry = (version: number) => ({ version, seed: `seed-${version}` }) as LogEntry
const versions = (entries: readonly LogEntry[]) => entries.map(({ version }) => version)

function open(head: { epoch: string; version: number }) {
  const ledger = new RoomLedger('room')
  const log = { claim: () => ({ ...head, floor: 0 }), append() {} } as unknown as RoomLog
  return { ledger, head, log: observedLog(log, ledger, { beforeAppend() {}, afterAppend() {} }) }
}

test('an append counts when the batch is committed, and not before', async () => {
  const { ledger, log } = open({ epoch: 'e', version: 0 })
  await log.claim('e')
  await log.append([entry(1), entry(2)])
  expect(ledger.version).toBe(0)
  ledger.decided(2)
  expect(versions(ledger.takeNews())).toEqual([1, 2])
  expect(ledger.takeNews()).toEqual([])
})

test('what became of an append that was broken off, the next claim tells', async () => {
  const { ledger, log, head } = open({ epoch: 'e', version: 0 })
  await log.claim('e')
  await log.append([entry(1), entry(2)])
  head.version = 2
  await log.claim('e')
  expect(versions(ledger.takeNews())).toEqual([1, 2])
  await log.append([entry(3)])
  await log.claim('e')
  expect(ledger.version).toBe(2)
})

test('a restore takes entries back', async () => {
  const { ledger, log, head } = open({ epoch: 'e', version: 0 })
  await log.claim('e')
  await log.append([entry(1), entry(2), entry(3)])
  ledger.decided(3)
  head.version = 1
  head.epoch = 'f'
  await log.claim('f')
  expect([ledger.epoch, ledger.version, ledger.takeNews()]).toEqual(['f', 1, [entry(1)]])
})
