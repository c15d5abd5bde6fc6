import { beforeEach, describe, expect, test } from 'vitest'
import { TestBrowser, type TestTab } from '../testing/tabs.contract.ts'
import { SLICE_ROWS_MAX } from './row-diff.ts'

interface Item {
  readonly name: string
  readonly n: number
}

const ITEMS = 'SELECT name, n FROM items ORDER BY name'
let browser: TestBrowser
let tab: TestTab

beforeEach(async () => {
  browser = new TestBrowser()
  tab = browser.open()
  await browser.scheduler.pass(1000)
})

describe('live queries', () => {
  test('tell when they are ready; rows that did not change stay the same objects, over a failover too', async () => {
    const live = tab.page.live<Item>(ITEMS)
    live.subscribe(() => {})
    expect([live.isReady, live.rows]).toEqual([false, []])
    tab.page.mutate.add({ name: 'a', by: 1 })
    tab.page.mutate.add({ name: 'b', by: 1 })
    await browser.scheduler.pass(1000)
    expect(live.isReady).toBe(true)
    const [a, b] = live.rows
    tab.page.mutate.add({ name: 'b', by: 1 })
    await browser.scheduler.pass(1000)
    expect(live.rows[0]).toBe(a)
    expect(live.rows[1]).not.toBe(b)
    const { rows } = live
    tab.crash()
    await browser.scheduler.pass(1000)
    tab.page.mutate.add({ name: 'c', by: 1 })
    await browser.scheduler.pass(1000)
    expect(live.rows).toHaveLength(3)
    expect(live.rows[0]).toBe(rows[0])
    expect(live.rows[1]).toBe(rows[1])
  })

  describe('of many rows', () => {
    const MANY = `WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT ${2 * SLICE_ROWS_MAX + 1})
      SELECT i, (SELECT count(*) FROM items) AS items FROM c`
    const all = (items: number) => Array.from({ length: 2 * SLICE_ROWS_MAX + 1 }, (_, i) => ({ i: i + 1, items }))
    /** How many rows each message to the page has. */
    let counts: number[]
    let heard: () => void

    beforeEach(() => {
      counts = []
      heard = () => {}
      const take = tab.page.told.bind(tab.page)
      tab.page.told = (host, messages) => {
        counts.push(JSON.stringify(messages).split('"items":').length - 1)
        take(host, messages)
        heard()
      }
    })

    test('come in slices, and are told of once', async () => {
      const live = tab.page.live<{ i: number }>(MANY)
      let told = 0
      live.subscribe(() => told++)
      await browser.scheduler.pass(1000)
      expect(live.rows).toEqual(all(0))
      tab.page.mutate.add({ name: 'a', by: 1 })
      await browser.scheduler.pass(1000)
      expect(live.rows).toEqual(all(1))
      expect(told).toBe(2)
      expect(counts.filter(Boolean)).toEqual([SLICE_ROWS_MAX, SLICE_ROWS_MAX, 1, SLICE_ROWS_MAX, SLICE_ROWS_MAX, 1])
    })

    test('are those of one host, though another was about to send them', async () => {
      const live = tab.page.live<{ i: number }>(MANY)
      live.subscribe(() => {})
      heard = () => {
        if (counts.at(-1) !== SLICE_ROWS_MAX) return
        heard = () => {}
        tab.crash()
      }
      await browser.scheduler.pass(5000)
      expect(counts.filter((count) => count === SLICE_ROWS_MAX)).toHaveLength(3)
      expect(live.rows).toEqual(all(0))
    })
  })

  test('[G7] that changed together are put in place together', async () => {
    const [items, sum] = [tab.page.live<Item>(ITEMS), tab.page.live<{ sum: number | null }>('SELECT sum(n) AS sum FROM items')]
    const odd: unknown[] = []
    const check = () => {
      const total = items.rows.reduce((all, { n }) => all + n, 0)
      if (items.isReady && sum.isReady && total !== (sum.rows[0]?.sum ?? 0)) odd.push([items.rows, sum.rows])
    }
    items.subscribe(check)
    sum.subscribe(check)
    for (let i = 0; i < 20; i++) {
      tab.page.mutate.add({ name: `${i % 3}`, by: i })
      await browser.scheduler.pass(i)
    }
    await browser.scheduler.pass(1000)
    expect(sum.rows).toEqual([{ sum: 190 }])
    expect(odd).toEqual([])
  })

  test('that do not run say why, by name and code', async () => {
    const live = tab.page.live('SELECT nope FROM items')
    live.subscribe(() => {})
    await browser.scheduler.pass(100)
    expect(live.error).toMatchObject({ name: 'SqliteError', message: expect.stringContaining('nope') })
    await expect(Promise.all([tab.page.query('DELETE FROM items'), browser.scheduler.pass(100)])).rejects.toThrow(TypeError)
  })
})

test('a query sees the calls before it, and is answered before they are on disk', async () => {
  const { page } = tab
  const told: string[][] = []
  const take = page.told.bind(page)
  page.told = (host, messages) => {
    told.push(messages.map(({ type }) => type))
    take(host, messages)
  }
  page.mutate.add({ name: 'a', by: 1 })
  const [rows] = await Promise.all([page.query<Item>(ITEMS), browser.scheduler.pass(1000)])
  expect(rows).toEqual([{ name: 'a', n: 1 }])
  const first = (type: string) => told.findIndex((types) => types.includes(type))
  expect(first('saved')).toBeGreaterThan(first('answer'))
})

describe('calls', () => {
  test('of a mutator that there is not, or with arguments that cannot be sent, fail as in place', async () => {
    const unknown = (tab.page.mutate as unknown as { [name: string]: typeof tab.page.mutate.add }).nope?.({ name: 'a', by: 1 })
    const invalid = tab.page.mutate.add({ name: (() => {}) as unknown as string, by: 1 })
    await browser.scheduler.pass(100)
    expect(await unknown?.local).toMatchObject({ ok: false, reason: 'schema' })
    expect(await invalid.confirmed).toMatchObject({ ok: false, code: 'invalid-args' })
  })

  test('are functions of an object that a promise can hand on, as it is none itself', async () => {
    const mutate = await Promise.race([Promise.resolve(tab.page.mutate), browser.scheduler.pass(100)])
    expect(mutate).toBe(tab.page.mutate)
  })

  test('can be taken back while they are not sent, and are listed', async () => {
    browser.room.isDown = true
    await browser.scheduler.pass(10)
    const handle = tab.page.mutate.add({ name: 'a', by: 1 })
    await browser.scheduler.pass(100)
    const [records] = await Promise.all([tab.page.mutations(), browser.scheduler.pass(100)])
    expect(records).toMatchObject([{ id: handle.id, status: 'pending', isSent: false }])
    const [taken] = await Promise.all([handle.cancel(), browser.scheduler.pass(100)])
    expect(taken).toBe(true)
    expect(await handle.confirmed).toMatchObject({ ok: false, reason: 'cancelled' })
  })

  test('are listed by status, the last ones first to be kept, and only news of that status is told', async () => {
    const names = ['a', 'b', 'c']
    for (const name of names) tab.page.mutate.add({ name, by: 1 })
    await browser.scheduler.pass(1000)
    let told = 0
    tab.page.onMutations(() => told++, { status: 'pending' })
    let toldOfFailures = 0
    tab.page.onMutations(() => toldOfFailures++, { status: 'rejected' })
    await browser.scheduler.pass(100)
    const before = [told, toldOfFailures]
    tab.page.mutate.add({ name: 'd', by: 1 })
    await browser.scheduler.pass(1000)
    expect(told).toBeGreaterThan(before[0] ?? 0)
    expect(toldOfFailures).toBe(before[1])
    const [lists] = await Promise.all([
      Promise.all([
        tab.page.mutations({ status: 'confirmed', limit: 2 }),
        tab.page.mutations({ status: ['pending', 'rejected'] }),
        tab.page.mutations({ status: 'nope' as 'pending' }).catch((error) => error),
      ]),
      browser.scheduler.pass(100),
    ])
    expect(lists[0]).toMatchObject([{ args: { name: 'c' } }, { args: { name: 'd' } }])
    expect(lists[1]).toEqual([])
    expect(lists[2]).toBeInstanceOf(TypeError)
  })

  test('[G5] are with the leader when close resolves', async () => {
    browser.room.isDown = true
    tab.page.mutate.add({ name: 'a', by: 1 })
    await Promise.all([tab.page.close(), browser.scheduler.pass(1000)])
    expect(() => tab.page.mutate.add({ name: 'b', by: 1 })).toThrow(/closed/)
    browser.room.isDown = false
    const other = browser.open()
    await browser.scheduler.pass(10_000)
    const [rows] = await Promise.all([other.page.query(ITEMS), browser.scheduler.pass(100)])
    expect(rows).toEqual([{ name: 'a', n: 1 }])
    expect(browser.room.executed).toHaveLength(1)
  })
})

test('close resolves though no worker can be had any more that would hear of it', async () => {
  tab.kill()
  tab.page.cut()
  let isClosed = false
  void tab.page.close().then(() => {
    isClosed = true
  })
  await browser.scheduler.pass(100)
  expect(isClosed).toBe(false)
  tab.page.failed(new Error('It does not start.'))
  await browser.scheduler.pass(100)
  expect(isClosed).toBe(true)
})

test('a call that is followed takes its trace along to the server, and what becomes of it is heard on its page', async () => {
  const heard: string[] = []
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const followed = browser.open({
    begin: ({ id }) => ({
      trace,
      follow: (handle) => {
        handle.onPhase(() => heard.push(`${handle.id === id} ${handle.phase}`))
      },
    }),
    hear: ({ type }) => heard.push(type),
  })
  await browser.scheduler.pass(1000)
  heard.length = 0
  const { id } = followed.page.mutate.add({ name: 'a', by: 1 })
  tab.page.mutate.add({ name: 'b', by: 1 })
  await browser.scheduler.pass(1000)
  expect([...browser.room.traces]).toEqual([[id, trace]])
  expect(heard).toContain('mutated')
  expect(heard).toContain('advanced')
  expect(heard.filter((one) => one.startsWith('true'))).toEqual(['true sent', 'true confirmed'])
})

test('the entry for pages can be imported where there is no browser', async () => {
  expect(await import('../browser.ts')).toHaveProperty('createClient')
})
