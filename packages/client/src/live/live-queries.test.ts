import { encodeData } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { Visit } from '../testing/visit.contract.ts'
import { LiveQueries } from './live-queries.ts'

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
  test('a query runs when a table that it reads has changed, once a turn, and not without listeners', async () => {
    const runs: string[] = []
    const source = {
      query(sql: string) {
        runs.push(sql)
        return [{ run: runs.length }]
      },
      tablesRead: (sql: string) => (sql === 'any' ? undefined : new Set([sql])),
    }
    const queries = new LiveQueries(
      () => source,
      () => {},
    )
    const ends = ['items', 'notes', 'any'].map((sql) => queries.live(sql, []).subscribe(() => {}))
    runs.length = 0
    queries.changed(new Set(['Items']))
    queries.changed(new Set(['items']))
    await Promise.resolve()
    expect(runs).toEqual(['items', 'any'])
    ends[0]?.()
    queries.changed()
    await Promise.resolve()
    expect(runs.slice(2)).toEqual(['notes', 'any'])
    queries.changed()
    queries.close()
    await Promise.resolve()
    expect(runs).toHaveLength(4)
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
