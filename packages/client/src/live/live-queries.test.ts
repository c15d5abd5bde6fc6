import { defineMutators, encodeData, type Tx } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { ChangedRows } from '../replica/changed-rows.ts'
import { shopMutators } from '../testing/shop.contract.ts'
import { Visit } from '../testing/visit.contract.ts'
import { LiveQueries } from './live-queries.ts'
import { ReplicaReader } from './replica-reader.ts'

interface Item {
  readonly name: string
  readonly n: number
}

const ITEMS = 'SELECT name, n FROM items ORDER BY name'
let visit: Visit

beforeEach(async () => {
  visit = Visit.withShop()
  await visit.goLive()
})

const add = (name: string, by = 1) => visit.client.mutate.add({ name, by })
const foreign = (name: string, by: number) =>
  visit.shop.process('other', [{ mutationID: 1, name: 'add', args: encodeData({ name, by }), createdAt: 1, seed: 'f' }], false).poke

describe('rows', () => {
  test('that did not change stay the same objects, and so does a result that did not change', async () => {
    const live = visit.client.live<Item>(ITEMS)
    live.subscribe(() => {})
    add('Food')
    add('Rent')
    await visit.scheduler.settle()
    const [food, rent] = live.rows
    const before = live.rows
    add('Rent')
    await visit.scheduler.settle()
    expect(live.rows[0]).toBe(food)
    expect(live.rows[1]).not.toBe(rent)
    expect(live.rows).not.toBe(before)
    const after = live.rows
    add('Rent', 0)
    await visit.scheduler.settle()
    expect(live.rows).toBe(after)
  })

  test('are up to date at each look, whoever has heard of it yet', async () => {
    const [heard, unheard] = [visit.client.live<Item>(ITEMS), visit.client.live<Item>(ITEMS)]
    heard.subscribe(() => {})
    add('Food')
    expect(heard.rows).toEqual([{ name: 'Food', n: 1 }])
    expect(unheard.rows).toEqual([{ name: 'Food', n: 1 }])
    expect(unheard.rows).toBe(unheard.rows)
  })

  test('of equal content, text and number are told apart', async () => {
    const live = visit.client.live<{ v: unknown }>(
      "SELECT CASE WHEN count(*) = 0 THEN 1 WHEN count(*) = 1 THEN '1' ELSE x'31' END AS v FROM items",
    )
    const seen: unknown[] = [live.rows[0]?.v]
    live.subscribe(() => seen.push(live.rows[0]?.v))
    for (const name of ['a', 'b']) {
      add(name)
      await visit.scheduler.settle()
    }
    expect(seen).toEqual([1, '1', new Uint8Array([0x31])])
  })
})

describe('[G7] listeners', () => {
  test('hear once for all calls of a turn, and once for a rebase with all its replays', async () => {
    const live = visit.client.live<Item>(ITEMS)
    const seen: string[] = []
    live.subscribe(() => seen.push(live.rows.map(({ name, n }) => `${name} ${n}`).join()))
    for (let i = 0; i < 5; i++) add('Food')
    await visit.scheduler.settle()
    visit.transport.socket.receive(foreign('Food', 10))
    await visit.scheduler.settle()
    expect(seen).toEqual(['Food 5', 'Food 15'])
  })

  test('see all queries at the same moment, whichever is told first', async () => {
    const [items, sum] = [visit.client.live<Item>(ITEMS), visit.client.live<{ sum: number }>('SELECT sum(n) AS sum FROM items')]
    const odd: unknown[] = []
    const check = () => {
      const total = items.rows.reduce((all, { n }) => all + n, 0)
      if (total !== (sum.rows[0]?.sum ?? 0)) odd.push([total, sum.rows])
    }
    items.subscribe(check)
    sum.subscribe(check)
    for (let i = 0; i < 4; i++) {
      add('Food')
      await visit.scheduler.settle()
      visit.transport.socket.receive(foreign('Rent', 3))
      await visit.scheduler.settle()
    }
    expect(odd).toEqual([])
  })

  test('hear of mutations that come out otherwise when a poke which is as predicted has them replayed', async () => {
    const visit = new Visit(
      defineMutators({
        ...shopMutators.definitions,
        reason(tx: Tx) {
          tx.run('INSERT INTO items VALUES (?, 1)', [tx.reason])
        },
      }),
    )
    await visit.goLive()
    const live = visit.client.live<Item>(ITEMS)
    const seen: string[] = []
    live.subscribe(() => seen.push(live.rows.map(({ name }) => name).join()))
    for (let i = 0; i < 40; i++) visit.client.mutate.note({ text: `${i}` })
    await visit.scheduler.settle()
    // A replay that observes the oldest 32; then 36 are confirmed at once, which has to know what they changed.
    const note = { mutationID: 1, name: 'note', args: encodeData({ text: 'foreign' }), createdAt: 1, seed: 'f' }
    visit.transport.socket.receive(visit.shop.process('other', [note], false).poke)
    await visit.scheduler.settle()
    visit.client.mutate.reason()
    await visit.scheduler.settle()
    visit.transport.socket.receive(visit.shop.process(visit.client.clientID, visit.pushed.slice(0, 36)).poke)
    await visit.scheduler.settle()
    expect(visit.events.at(-1)).toMatchObject({ type: 'settled', outcome: { ok: true } })
    expect(visit.events.findLast(({ type }) => type === 'advanced')).toMatchObject({ rebased: false })
    expect(seen).toEqual(['optimistic', 'rebase'])
    expect(live.rows).toEqual(await visit.client.query(ITEMS))
  })

  test('hear of what was confirmed and could not be shown, when the disk works again', async () => {
    const food = visit.client.live<Item>("SELECT n FROM items WHERE name = 'Food'")
    food.subscribe(() => {})
    add('Food')
    await visit.scheduler.settle()
    await visit.answer()
    expect(visit.client.status).toMatchObject({ pending: 0 })
    // Neither the base takes what is confirmed, nor can it be put on top of it.
    visit.baseDisk.failWhen((sql) => /^(BEGIN|SAVEPOINT)/.test(sql))
    expect(add('Rent').local).toMatchObject({ ok: false, code: 'storage' })
    expect(food.rows).toEqual([])
    visit.baseDisk.mend()
    visit.transport.socket.receive(foreign('Other', 10))
    await visit.scheduler.settle()
    expect(await visit.client.query(ITEMS)).toHaveLength(2)
    expect(food.rows).toEqual([{ n: 1 }])
  })

  test('that throw stop neither the others nor the client, and are reported', async () => {
    const live = visit.client.live<Item>(ITEMS)
    let told = 0
    live.subscribe(() => {
      throw new Error('listener')
    })
    live.subscribe(() => told++)
    add('Food')
    await visit.scheduler.settle()
    expect(told).toBe(1)
    expect(visit.failures()).toMatchObject([{ message: 'listener' }])
  })

  test('hear nothing once they have ended, and may end while they hear', async () => {
    const live = visit.client.live<Item>(ITEMS)
    let told = 0
    const listener = () => {
      told++
      end()
    }
    const end = live.subscribe(listener)
    const endOther = live.subscribe(listener)
    add('Food')
    await visit.scheduler.settle()
    expect(told).toBe(2)
    endOther()
    add('Food')
    await visit.scheduler.settle()
    expect(told).toBe(2)
    expect(live.rows).toEqual([{ name: 'Food', n: 2 }])
  })
})

describe('work', () => {
  /** A reader that keeps the SQL of each run; a query reads the table that its SQL names, or the row of that key in it. */
  function watched() {
    const runs: string[] = []
    const reader = new ReplicaReader(
      () => ({
        query(sql: string) {
          runs.push(sql)
          return [{ run: runs.length }]
        },
        readsOf(sql: string) {
          const [table = '', key] = sql.split(' ')
          return { tables: table === 'any' ? undefined : new Set([table]), ...(key !== undefined && { keys: [Number(key)] }) }
        },
      }),
      () => {},
    )
    return { runs, reader, queries: new LiveQueries(reader, () => {}) }
  }
  const rows = (table: string, ...keys: number[]) => ChangedRows.of(keys.map((key) => ({ table, pk: [key], after: [key] })))

  test('a query runs when what it reads has changed, once a turn, and not without listeners', async () => {
    const { runs, reader, queries } = watched()
    const ends = ['items', 'items 1', 'items 2', 'notes', 'any'].map((sql) => queries.live(sql, []).subscribe(() => {}))
    runs.length = 0
    reader.changed(rows('Items', 1, 7))
    reader.changed(rows('Items', 1))
    await Promise.resolve()
    expect(runs.splice(0).sort()).toEqual(['any', 'items', 'items 1'])
    ends[0]?.()
    ends[2]?.()
    reader.changed(ChangedRows.ofTables(['items']))
    await Promise.resolve()
    expect(runs.splice(0).sort()).toEqual(['any', 'items 1'])
    reader.changed()
    await Promise.resolve()
    expect(runs.splice(0).sort()).toEqual(['any', 'items 1', 'notes'])
    reader.changed()
    queries.close()
    await Promise.resolve()
    expect(runs).toEqual([])
  })

  test('a query runs once until something changes, however often it is looked at, and whoever comes and goes', async () => {
    const { runs, reader, queries } = watched()
    const live = queries.live('items 1', [])
    const ends = [live.subscribe(() => {}), live.subscribe(() => {})]
    const seen = [live.rows, live.error, live.rows]
    for (const end of ends) end()
    live.subscribe(() => {})()
    expect(seen).toEqual([[{ run: 1 }], undefined, [{ run: 1 }]])
    expect(runs).toHaveLength(1)
    // Not its row: with listeners it is known that it need not run, without them it is not.
    const end = live.subscribe(() => {})
    reader.changed(rows('items', 2))
    await Promise.resolve()
    end()
    expect([live.rows, runs.length]).toEqual([[{ run: 1 }], 1])
    reader.changed(rows('items', 2))
    expect([live.rows, live.rows, runs.length]).toEqual([[{ run: 2 }], [{ run: 2 }], 2])
    const endStale = live.subscribe(() => {})
    reader.changed(rows('items', 1))
    endStale()
    expect([live.rows, live.rows, runs.length]).toEqual([[{ run: 3 }], [{ run: 3 }], 3])
  })

  test('a query that can write, or does not run, is refused at the call', () => {
    expect(() => visit.client.live('DELETE FROM items')).toThrow(/only read/)
    expect(() => visit.client.live('SELECT nope FROM items')).toThrow(/nope/)
    for (const sql of ['ROLLBACK', 'COMMIT', 'BEGIN', 'SAVEPOINT x', 'PRAGMA foreign_keys = OFF', 'SELECT * FROM _savepoint_base']) {
      expect(() => visit.client.live(sql)).toThrow()
    }
  })

  test('a query that fails later tells so, keeps its rows, and comes back', async () => {
    add('Food')
    const live = visit.client.live<{ n: number }>("SELECT n, json_extract(CASE WHEN n = 2 THEN '{' ELSE '{}' END, '$') AS j FROM items")
    let told = 0
    live.subscribe(() => told++)
    add('Food')
    await visit.scheduler.settle()
    expect(live.error?.message).toMatch(/JSON/i)
    expect(live.rows).toMatchObject([{ n: 1 }])
    add('Food')
    await visit.scheduler.settle()
    expect(live.error).toBeUndefined()
    expect(live.rows).toMatchObject([{ n: 3 }])
    expect(told).toBe(2)
  })
})
