import { readdirSync } from 'node:fs'
import { defineSchema, encodeData, type Outcome } from '@savepoint/core'
import { StorageFailure } from '@savepoint/sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PendingMutation } from './pending/pending-mutation.ts'
import { closeDevices, Device } from './testing/device.contract.ts'
import { Shop, shopMutators, shopSchema } from './testing/shop.contract.ts'

let shop: Shop
let device: Device
let seeds: number

beforeEach(async () => {
  shop = new Shop()
  seeds = 0
  device = await Device.open()
  bootstrap()
})
afterEach(closeDevices)

function bootstrap(on = device): void {
  on.local.stage(shop.snapshot())
  on.local.apply([{ ...shop.nothing(), lastMutationID: 0, adopt: true }])
}

function add(name: string, by = 1, on = device): PendingMutation {
  const { mutation } = on.local.add({
    name: 'add',
    args: encodeData({ name, by }),
    createdAt: 1000,
    seed: `${on.directory.slice(-6)}-${++seeds}`,
  })
  return mutation
}

const foreign = (name: string, by = 1) =>
  shop.process('other', [{ mutationID: 1, name: 'add', args: encodeData({ name, by }), createdAt: 1, seed: `f${++seeds}` }], false)
const pendingSeeds = (on = device) => on.local.pending.map(({ mutationID, seed }) => `${mutationID}:${seed}`)
const trueDigest = (on = device) => on.local.database.scanDigest().toString()

describe('after a crash', () => {
  test('[G5] a snapshot that was adopted is there, also if nothing came after it', async () => {
    foreign('Food', 5)
    const other = await Device.open()
    bootstrap(other)
    const later = await other.crash()
    expect(later.rows()).toEqual(['Food 5'])
    expect(later.local.position).toEqual({ epoch: 'e', version: 1 })
  })

  test('[G5] what was saved is pending and predicted, what was not is gone', async () => {
    add('Food')
    add('Food')
    device.local.save()
    add('Food')
    const later = await device.crash()
    expect(later.rows()).toEqual(['Food 2'])
    expect(pendingSeeds(later)).toEqual(pendingSeeds().slice(0, 2))
    expect(add('x', 1, later).mutationID).toBe(3)
  })

  test('[G5] [G8] what was confirmed stays visible, whether it was folded or not, and is pending no more', async () => {
    const calls = [add('Food'), add('Food')]
    device.local.save()
    device.local.apply([shop.process(device.local.clientID, calls)])
    for (const isFolded of [false, true]) {
      if (isFolded) device.local.fold()
      const later = await device.crash()
      expect(later.rows()).toEqual(['Food 2'])
      expect(later.local.pending).toEqual([])
      expect(later.local.pendingCount).toBe(0)
      expect(later.local.records({}, 0).map(({ id }) => id)).toEqual(calls.map(({ seed }) => seed))
    }
  })

  test('[G1] outcomes that were not kept yet are asked for again, and settle what the base already holds', async () => {
    const calls = [add('Food'), add('Rent')]
    device.local.save()
    device.pendingDisk.full()
    const own = shop.process(device.local.clientID, calls)
    const both = { ...own, poke: { ...own.poke, patch: [...own.poke.patch] } }
    foreign('Food', 10)
    device.local.apply([both])
    const later = await device.crash()
    expect(later.local.kept).toBe(0)
    expect(later.local.pendingCount).toBe(2)
    later.local.apply([
      {
        ...shop.nothing(own.poke.outcomes),
        poke: { ...shop.nothing(own.poke.outcomes).poke, from: 0, patch: fullPatch() },
        lastMutationID: 2,
      },
    ])
    expect(later.rows()).toEqual(['Food 11', 'Rent 1'])
    expect(later.local.pending).toEqual([])
  })

  test('[G5] what is pending survives a change of the schema', async () => {
    add('Food')
    device.local.save()
    const next = defineSchema({ name: 'shop', version: 2, sql: `${shopSchema.sql}; CREATE TABLE extra (id INTEGER PRIMARY KEY)` })
    const later = await device.crash(next)
    expect(later.local.position).toBeNull()
    expect(pendingSeeds(later)).toEqual(pendingSeeds())
    expect(later.rows()).toEqual(['Food 1'])
  })

  test('a directory that could not be opened is let go', async () => {
    const bad = defineSchema({ name: 'shop', version: 3, sql: 'CREATE TABLE t (a TEXT)' })
    device.local.save()
    device.local.close()
    await expect(device.start(bad, shopMutators)).rejects.toThrow(/cannot be synced/)
    await device.start(shopSchema, shopMutators)
    expect(device.local.pending).toEqual([])
  })

  test('a directory that is in use says so', async () => {
    await expect(device.start(shopSchema, shopMutators)).rejects.toThrow(/Another client/)
  })
})

describe('when the queue’s disk is full', () => {
  test('[G5] mutations go on in memory, and are saved with the first that fits', async () => {
    device.pendingDisk.full()
    add('Food')
    expect(() => device.local.save()).toThrow(/disk is full/)
    add('Food')
    expect(() => device.local.save()).toThrow(/disk is full/)
    expect(device.rows()).toEqual(['Food 2'])
    device.pendingDisk.mend()
    add('Food')
    device.local.save()
    expect((await device.crash()).rows()).toEqual(['Food 3'])
  })

  test('[G5] the server may not forget outcomes that are not kept', async () => {
    const calls = [add('Food'), add('Food')]
    device.local.save()
    device.pendingDisk.full()
    device.local.apply([shop.process(device.local.clientID, calls)])
    expect(device.local.kept).toBe(0)
    expect(device.local.pendingCount).toBe(0)
    device.pendingDisk.mend()
    device.local.save()
    expect(device.local.kept).toBe(2)
    expect((await device.crash()).local.records({ status: ['confirmed', 'rejected'] }, 0)).toHaveLength(2)
  })

  test('[G8] an outcome is not kept without its mutation, which the base on disk does not hold yet', async () => {
    device.pendingDisk.full()
    const calls = [add('Food')]
    expect(() => device.local.save()).toThrow(/disk is full/)
    device.pendingDisk.mend()
    device.local.apply([shop.process(device.local.clientID, calls)])
    expect(device.local.kept).toBe(1)
    expect((await device.crash()).rows()).toEqual(['Food 1'])
  })

  test('an outcome that is not kept yet can be dismissed', () => {
    const calls = [add('Food')]
    device.local.save()
    device.pendingDisk.full()
    device.local.apply([shop.process(device.local.clientID, calls)])
    device.pendingDisk.mend()
    device.local.dismiss(calls[0]?.seed ?? '')
    device.local.save()
    expect(device.local.records({ status: ['confirmed', 'rejected'] }, 0)).toEqual([])
  })

  test('[G1] what goes under other IDs is not sent before they are saved', async () => {
    const calls = [add('Food'), add('Food')]
    device.local.save()
    const own = device.local.clientID
    device.pendingDisk.full()
    // Another replica has used the ID: these two are to go under a new one.
    const stranger: Outcome = { ok: true, value: '' }
    const effect = shop.nothing([{ mutationID: 1, seed: 'stranger', outcome: stranger }])
    expect(device.local.apply([{ ...effect, lastMutationID: 1 }]).forked).toBe(true)
    expect(device.local.sendable).toBe(0)
    device.pendingDisk.mend()
    device.local.save()
    expect(device.local.sendable).toBe(2)
    const later = await device.crash()
    expect(later.local.clientID).not.toBe(own)
    expect(pendingSeeds(later)).toEqual(calls.map(({ seed }, i) => `${i + 1}:${seed}`))
  })

  test('[G1] what cannot be taken back on disk is not taken back', async () => {
    const [first, second] = [add('Food', 1), add('Rent', 2)]
    device.local.save()
    device.pendingDisk.full()
    expect(() => device.local.cancel(first.seed)).toThrow(/disk is full/)
    expect(pendingSeeds()).toEqual([`1:${first.seed}`, `2:${second.seed}`])
    expect(device.rows()).toEqual(['Food 1', 'Rent 2'])
    device.pendingDisk.mend()
    expect(device.local.cancel(first.seed)).toBeDefined()
    expect(pendingSeeds(await device.crash())).toEqual([`1:${second.seed}`])
  })

  test('a base that the queue does not name yet is not the only one', async () => {
    foreign('Food', 5)
    device.local.stage(shop.snapshot())
    device.pendingDisk.full()
    device.local.apply([{ ...shop.nothing(), lastMutationID: 0, adopt: true }])
    expect(device.rows()).toEqual(['Food 5'])
    expect((await device.crash()).local.position).toEqual({ epoch: 'e', version: 0 })
    device.pendingDisk.mend()
    device.local.save()
    expect((await device.crash()).rows()).toEqual(['Food 5'])
  })
})

describe('when the base’s disk is full', () => {
  test('[G3] [G8] what is confirmed stays visible, and the base is the room’s content once it fits', () => {
    const calls = [add('Food'), add('Rent')]
    device.local.save()
    device.local.apply([shop.process(device.local.clientID, calls)])
    device.baseDisk.full()
    expect(() => device.local.fold()).toThrow()
    expect(device.rows()).toEqual(['Food 1', 'Rent 1'])
    const next = add('Other')
    device.local.save()
    device.baseDisk.mend()
    device.local.apply([catchUp(shop.process(device.local.clientID, [next]))])
    device.local.fold()
    expect(device.rows()).toEqual(['Food 1', 'Other 1', 'Rent 1'])
    expect(device.local.digest).toBe(shop.authority.digest)
    expect(trueDigest()).toBe(shop.authority.digest)
  })

  test('[G7] a rebase that does not fit leaves all as it was, and comes again', () => {
    const calls = [add('Food'), add('Rent')]
    device.local.save()
    device.local.apply([shop.process(device.local.clientID, calls.slice(0, 1))])
    const poke = foreign('Rent', 10)
    device.baseDisk.full()
    expect(() => device.local.apply([poke])).toThrow(/disk is full/)
    expect(device.rows()).toEqual(['Food 1', 'Rent 1'])
    expect(pendingSeeds()).toEqual([`2:${calls[1]?.seed}`])
    device.baseDisk.mend()
    device.local.apply([catchUp(poke)])
    expect(device.rows()).toEqual(['Food 1', 'Rent 11'])
    device.local.apply([shop.process(device.local.clientID, calls.slice(1))])
    device.local.fold()
    expect(trueDigest()).toBe(shop.authority.digest)
  })

  test.each([
    ['keeps the transaction', false],
    ['ends the transaction', true],
  ])('[G3] a mutation that meets a failing disk is not made, nothing else is lost; the failure %s', (_, ends) => {
    const calls = [add('Food'), add('Rent')]
    device.local.save()
    device.local.apply([shop.process(device.local.clientID, calls.slice(0, 1))])
    device.baseDisk.failWhen((sql) => {
      if (!sql.startsWith('INSERT INTO items')) return false
      device.baseDisk.mend()
      if (ends) device.local.database.driver.exec('ROLLBACK')
      return true
    })
    expect(() => add('Other')).toThrow(StorageFailure)
    expect(device.rows()).toEqual(['Food 1', 'Rent 1'])
    expect(pendingSeeds()).toEqual([`2:${calls[1]?.seed}`])
    device.local.apply([shop.process(device.local.clientID, calls.slice(1))])
    device.local.fold()
    expect(trueDigest()).toBe(shop.authority.digest)
  })
})

describe('what the server tells', () => {
  test('[G1] outcomes that come in several pokes settle as they come, and none is given up', () => {
    const calls = [add('Food'), add('Food'), add('Food'), add('Food')]
    device.local.save()
    const { poke } = shop.process(device.local.clientID, calls.slice(0, 3))
    const first = device.local.apply([{ ...shop.nothing(), poke: { ...poke, outcomes: poke.outcomes.slice(0, 1) }, lastMutationID: 3 }])
    expect(first.settled.map(({ outcome }) => outcome.ok)).toEqual([true])
    expect(device.rows()).toEqual(['Food 4'])
    expect(pendingSeeds()).toEqual(calls.slice(1).map(({ mutationID, seed }) => `${mutationID}:${seed}`))
    const rest = device.local.apply([shop.nothing(poke.outcomes.slice(1))])
    expect(rest.settled.map(({ outcome }) => outcome.ok)).toEqual([true, true])
    expect(pendingSeeds()).toEqual([`4:${calls[3]?.seed}`])
    expect(device.rows()).toEqual(['Food 4'])
    device.local.apply([shop.process(device.local.clientID, calls.slice(3))])
    device.local.fold()
    expect(trueDigest()).toBe(shop.authority.digest)
  })

  test('[G1] what waits for its outcome still does after a crash', async () => {
    const calls = [add('Food'), add('Food')]
    device.local.save()
    foreign('Food')
    const { poke } = shop.process(device.local.clientID, calls)
    device.local.apply([
      { ...shop.nothing(), poke: { ...poke, from: 0, patch: fullPatch(), outcomes: poke.outcomes.slice(0, 1) }, lastMutationID: 2 },
    ])
    const later = await device.crash()
    expect(later.rows()).toEqual(['Food 3'])
    expect(later.local.pendingCount).toBe(1)
    const { settled, forked } = later.local.apply([shop.nothing(poke.outcomes.slice(1))])
    expect(forked).toBe(false)
    expect(settled.map(({ mutation }) => mutation.seed)).toEqual([calls[1]?.seed])
  })

  test('pokes that do not follow the base are not applied', () => {
    foreign('Food')
    const poke = foreign('Rent')
    expect(() => device.local.apply([poke])).toThrow(/version 0/)
    expect(device.local.position?.version).toBe(0)
    expect(device.rows()).toEqual([])
  })
})

/** The effect as the first poke after a fresh welcome tells it. */
function catchUp(effect: ReturnType<Shop['process']>) {
  const from = device.local.position?.version ?? 0
  const patch = from === effect.poke.from ? effect.poke.patch : fullPatch()
  return {
    ...effect,
    poke: { ...effect.poke, from, patch },
    lastMutationID: Math.max(device.local.lastMutationID, ...effect.poke.outcomes.map(({ mutationID }) => mutationID)),
  }
}

function fullPatch() {
  return [
    {
      table: 'items',
      puts: shop.authority.database.query('SELECT name, n FROM items').map((row) => [row.name ?? null, row.n ?? null]),
      deletes: [],
    },
  ]
}

test('[G6] a base that cannot be removed now is no trouble: the state goes on, and it goes with the next', () => {
  device.keepsAll = true
  device.local.stage(shop.snapshot())
  device.local.unstage()
  bootstrap()
  add('apples')
  device.local.save()
  expect(device.reports).toEqual([expect.objectContaining({ message: 'the file is in use' }), expect.anything()])
  expect(device.local.pendingCount).toBe(1)
  device.keepsAll = false
  bootstrap()
  expect(readdirSync(device.directory).filter((file) => /^base-\d+\.db$/.test(file))).toHaveLength(1)
})
