import { describe, expect, test } from 'vitest'
import type { MutationHandle } from '../mutation-handle.ts'
import { mutation } from '../testing/authority.contract.ts'
import { TestBrowser, type TestTab } from '../testing/tabs.contract.ts'

const ITEMS = 'SELECT name, n FROM items ORDER BY name'

/** Lets time pass until a promise is settled. */
async function when<T>(browser: TestBrowser, promise: Promise<T>): Promise<T> {
  let isDone = false
  const done = () => {
    isDone = true
  }
  promise.then(done, done)
  for (let i = 0; i < 2000 && !isDone; i++) await browser.scheduler.pass(20)
  if (!isDone) throw new Error('It has not happened within 40 s')
  return await promise
}

const counts = async (browser: TestBrowser, tab: TestTab) =>
  (await when(browser, tab.page.query<{ name: string; n: number }>(ITEMS))).map(({ name, n }) => `${name} ${n}`)

describe('one tab', () => {
  test('a mutation is visible to a query that is asked after it, and confirmed', async () => {
    const browser = new TestBrowser()
    const tab = browser.open()
    const handle = tab.page.mutate.add({ name: 'Food', by: 2 })
    expect(await counts(browser, tab)).toEqual(['Food 2'])
    expect(await handle.local).toEqual({ ok: true, value: 2 })
    expect(await when(browser, handle.confirmed)).toEqual({ ok: true, value: 2, diverged: false })
    expect(handle.phase).toBe('confirmed')
    expect(tab.page.storage).toEqual({ kind: 'disk' })
  })
})

describe('two tabs', () => {
  test('[G5] what is called while nobody leads is kept, and taken up by who leads next, in order and once', async () => {
    const browser = new TestBrowser()
    const [first, second] = [browser.open(), browser.open()]
    await when(browser, first.page.ready)
    await when(browser, second.page.ready)
    first.kill()
    const handles = ['a', 'b', 'c'].map((name) => second.page.mutate.add({ name, by: 1 }))
    await when(browser, Promise.all(handles.map(({ confirmed }) => confirmed)))
    expect(browser.room.executed).toEqual(handles.map(({ id }) => id))
  })

  test('[G1] a frozen leader is robbed; when it wakes, it runs nothing of what has come meanwhile, and gives way', async () => {
    const browser = new TestBrowser()
    const [first, second] = [browser.open(), browser.open()]
    await when(browser, first.page.ready)
    await when(browser, second.page.ready)
    first.worker.freeze()
    const handle = second.page.mutate.add({ name: 'Food', by: 1 })
    const from = browser.scheduler.time
    await when(browser, handle.confirmed)
    expect(browser.scheduler.time - from).toBeLessThan(2000)
    expect(second.page.storage.kind).toBe('memory')
    first.worker.thaw()
    const last = first.page.mutate.add({ name: 'Food', by: 10 })
    await when(browser, last.confirmed)
    await browser.scheduler.pass(5000)
    expect(second.page.storage.kind).toBe('disk')
    expect(browser.room.executed).toEqual([handle.id, last.id])
    expect(await counts(browser, first)).toEqual(['Food 11'])
  })
})

test('[G1] [G5] data that are deleted under open tabs: pages are told, what was pending arrives once, and files are begun anew', async () => {
  const browser = new TestBrowser()
  const tabs = [browser.open(), browser.open()]
  for (const { page } of tabs) await when(browser, page.ready)
  browser.room.isDown = true
  const before = tabs.map(({ page }, i) => page.mutate.add({ name: `before ${i}`, by: 1 }))
  await when(browser, Promise.all(before.map(({ durable }) => durable)))
  browser.deleteData()
  await browser.scheduler.pass(3000)
  for (const { page } of tabs) expect(page.storage).toMatchObject({ kind: 'memory', why: expect.stringContaining('deleted') })
  const after = tabs.map(({ page }, i) => page.mutate.add({ name: `after ${i}`, by: 1 }))
  await browser.scheduler.pass(5000)
  browser.room.isDown = false
  for (const { confirmed } of [...before, ...after]) expect(await when(browser, confirmed)).toMatchObject({ ok: true })
  await browser.scheduler.pass(10_000)
  expect(browser.room.executed.toSorted()).toEqual([...before, ...after].map(({ id }) => id).toSorted())
  for (const tab of tabs) {
    expect(tab.page.storage).toEqual({ kind: 'disk' })
    expect(await counts(browser, tab)).toEqual(['after 0 1', 'after 1 1', 'before 0 1', 'before 1 1'])
  }
})

test('[G7] what is shown does not go back when another tab takes over, nor when it has its files again', async () => {
  const browser = new TestBrowser()
  const [first, second] = [browser.open(), browser.open()]
  await when(browser, first.page.ready)
  const live = second.page.live<{ sum: number }>('SELECT sum(n) AS sum FROM items')
  const seen: number[] = []
  live.subscribe(() => seen.push(live.rows[0]?.sum ?? 0))
  for (let i = 0; i < 5; i++) await when(browser, first.page.mutate.add({ name: 'Food', by: 1 }).confirmed)
  first.worker.freeze()
  await when(browser, second.page.mutate.add({ name: 'Food', by: 1 }).confirmed)
  expect(live.rows).toEqual([{ sum: 6 }])
  first.worker.thaw()
  await browser.scheduler.pass(10_000)
  expect(second.page.storage.kind).toBe('disk')
  expect(live.rows).toEqual([{ sum: 6 }])
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(await counts(browser, second)).toEqual(['Food 6'])
})

describe('[G1] a leader is stopped between saving a call and saying so, and holds the disk', () => {
  /** The second tab's call is pending on the disk, and its page does not know. */
  async function stopped(call: (tab: TestTab) => MutationHandle<unknown>) {
    const browser = new TestBrowser()
    const tabs = await three(browser)
    return { browser, tabs, handle: await stop(browser, tabs, call) }
  }
  async function three(browser: TestBrowser) {
    const tabs = [browser.open(), browser.open(), browser.open()] as const
    for (const { page } of tabs) await when(browser, page.ready)
    await browser.scheduler.pass(1000)
    return tabs
  }
  async function stop(browser: TestBrowser, tabs: readonly [TestTab, TestTab, TestTab], call: (tab: TestTab) => MutationHandle<unknown>) {
    browser.stopWhenSaved(tabs[0].worker)
    const handle = call(tabs[1])
    await browser.scheduler.pass(20)
    expect(tabs[0].worker.isStopped).toBe(true)
    return handle
  }
  const add = (tab: TestTab) => tab.page.mutate.add({ name: 'Food', by: 1 })
  /** The stopped process ends, its page starts another, and who leads takes the disk up. */
  async function freeTheDisk(browser: TestBrowser, tab: TestTab, leader: TestTab): Promise<void> {
    tab.crash()
    await browser.scheduler.pass(10_000)
    expect(leader.page.storage.kind).toBe('disk')
  }
  const list = async (browser: TestBrowser, tab: TestTab) =>
    (await when(browser, tab.page.mutations())).map(({ id, status }) => ({ id, status }))

  test('who takes over sends it, and it is not sent again from the disk, however much was called meanwhile', async () => {
    const { browser, tabs, handle } = await stopped(add)
    expect(await when(browser, handle.confirmed)).toMatchObject({ ok: true })
    expect(tabs[1].page.storage.kind).toBe('memory')
    for (let i = 0; i < 6; i++) {
      const last = Array.from({ length: 200 }, () => tabs[2].page.mutate.add({ name: 'Rent', by: 1 })).at(-1)
      if (last !== undefined) await when(browser, last.confirmed)
    }
    await freeTheDisk(browser, tabs[0], tabs[1])
    expect(browser.room.executed.filter((id) => id === handle.id)).toHaveLength(1)
    expect(await counts(browser, tabs[1])).toEqual(['Food 1', 'Rent 1200'])
    expect(await list(browser, tabs[2])).toContainEqual({ id: handle.id, status: 'confirmed' })
    expect(await list(browser, tabs[2])).toHaveLength(1000)
    const later = add(tabs[2])
    expect(await when(browser, later.confirmed)).toMatchObject({ ok: true, value: 2 })
  })

  test('what was rejected meanwhile is listed, and stays so', async () => {
    const { browser, tabs, handle } = await stopped((tab) => tab.page.mutate.onlyIfNone({ name: 'Food' }))
    browser.room.shop.process('other', [mutation(1, 'onlyIfNone', { name: 'Food' })], false)
    expect(await when(browser, handle.confirmed)).toMatchObject({ ok: false, code: 'taken' })
    expect(await list(browser, tabs[1])).toEqual([{ id: handle.id, status: 'rejected' }])
    await freeTheDisk(browser, tabs[0], tabs[1])
    expect(browser.room.executed).toEqual([handle.id])
    expect(await list(browser, tabs[1])).toEqual([{ id: handle.id, status: 'rejected' }])
  })

  test('what failed at once with who took over does not come from the disk', async () => {
    const browser = new TestBrowser()
    const tabs = await three(browser)
    await when(browser, add(tabs[0]).confirmed)
    const handle = await stop(browser, tabs, (tab) => tab.page.mutate.onlyIfThere({ name: 'Food' }))
    expect(await when(browser, handle.confirmed)).toMatchObject({ ok: false, code: 'none' })
    await freeTheDisk(browser, tabs[0], tabs[1])
    expect(browser.room.executed).not.toContain(handle.id)
    expect(await list(browser, tabs[1])).toContainEqual({ id: handle.id, status: 'rejected' })
  })

  test('what was taken back with who took over does not come from the disk', async () => {
    const { browser, tabs, handle } = await stopped(add)
    browser.room.isDown = true
    while (tabs[1].page.storage.kind !== 'memory') await browser.scheduler.pass(100)
    expect(await when(browser, Promise.resolve(handle.cancel()))).toBe(true)
    browser.room.isDown = false
    await freeTheDisk(browser, tabs[0], tabs[1])
    expect(browser.room.executed).toEqual([])
    expect(await list(browser, tabs[1])).toEqual([])
    expect(await counts(browser, tabs[1])).toEqual([])
  })

  test('the tab that took over ends as well: the next one knows what it sent', async () => {
    for (const isAnswered of [true, false]) {
      const { browser, tabs, handle } = await stopped(add)
      if (isAnswered) await when(browser, handle.confirmed)
      else {
        while (handle.phase !== 'sent') await browser.scheduler.pass(1)
        browser.origin.end(tabs[1].worker)
      }
      const fourth = browser.open()
      await when(browser, fourth.page.ready)
      tabs[1].kill()
      tabs[2].kill()
      await browser.scheduler.pass(3000)
      await freeTheDisk(browser, tabs[0], fourth)
      expect(browser.room.executed).toEqual([handle.id])
      const status = isAnswered ? 'confirmed' : 'rejected'
      expect(await list(browser, fourth)).toEqual([{ id: handle.id, status }])
    }
  })
})

describe('[G1] [G5] tabs that come, go, crash, freeze and are stopped at random', () => {
  test.each(Array.from({ length: 40 }, (_, i) => i + 1))('seed %i: nothing is lost, and nothing is done twice', async (seed) => {
    const chance = randomOf(seed)
    const browser = new TestBrowser(() => Math.floor(chance() * 8))
    const pick = <T>(all: readonly T[]) => all[Math.floor(chance() * all.length)] as T
    const tabs: TestTab[] = [browser.open()]
    const called: { readonly tab: TestTab; readonly id: string; isDurable: boolean; outcome: unknown }[] = []
    for (let step = 0; step < 60; step++) {
      const tab = pick(tabs)
      const dice = chance()
      if (dice < 0.5) {
        const handle = tab.page.mutate.add({ name: `${step}`, by: 1 })
        const call = { tab, id: handle.id, isDurable: false, outcome: undefined as unknown }
        called.push(call)
        handle.durable.then(() => {
          call.isDurable = tab.page.storage.kind === 'disk' && handle.phase !== 'rejected'
        })
        handle.confirmed.then((outcome) => {
          call.outcome = outcome
        })
      } else if (dice < 0.6 && tabs.length < 6) tabs.push(browser.open())
      else if (dice < 0.65) tab.crash()
      else if (dice < 0.7 && tabs.length > 1) tabs.splice(tabs.indexOf(tab), 1)[0]?.kill()
      else if (dice < 0.75) tab.worker.freeze()
      else if (dice < 0.85) tab.worker.thaw()
      else if (dice < 0.9) browser.room.isDown = !browser.room.isDown
      else if (dice < 0.94) browser.stopWhenSaved(tab.worker)
      await browser.scheduler.pass(Math.floor(chance() * (chance() < 0.2 ? 4000 : 60)))
    }
    browser.room.isDown = false
    browser.stopWhenSaved(undefined)
    for (const tab of tabs) {
      if (tab.worker.isStopped) tab.crash()
      tab.worker.thaw()
    }
    const open = called.filter(({ tab }) => tabs.includes(tab))
    const isDone = () => open.every(({ outcome }) => outcome !== undefined) && tabs.every(({ page }) => page.status.pending === 0)
    for (let i = 0; i < 100 && !isDone(); i++) await browser.scheduler.pass(1000)
    await browser.scheduler.pass(10_000)
    const { executed } = browser.room
    expect(new Set(executed).size).toBe(executed.length)
    expect(open.filter(({ outcome }) => outcome === undefined)).toEqual([])
    expect(called.filter(({ id, isDurable }) => isDurable && !executed.includes(id))).toEqual([])
    const views = []
    for (const tab of tabs) views.push(await counts(browser, tab))
    expect(new Set(views.map((view) => view.join())).size).toBe(1)
    expect(views[0]).toHaveLength(executed.length)
  })
})

/** Numbers that a seed gives (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
