import type { Page } from '@playwright/test'
import { seededRandom } from '@savepoint/core'
import { expect } from './fixtures.ts'
import { add, atServer, counts, openTab, reload, test, untilConnection, untilSettled } from './tab-test.ts'

/**
 * Calls, one after the other, and tells of each that is saved. When that many are, the page is reloaded, in the middle of whatever it does then.
 * @returns what was saved on disk, by the page's own word
 */
async function callUntilReload(page: Page, turn: string, saved: number): Promise<string[]> {
  const told: string[] = []
  const enough = new Promise<void>((resolve) => {
    let count = 0
    heard.set(page, (name, isOnDisk) => {
      if (isOnDisk) told.push(name)
      if (++count >= saved) resolve()
    })
  })
  await page.evaluate((prefix) => {
    const call = async (n: number): Promise<void> => {
      const name = `${prefix} ${n}`
      const handle = globalThis.tab.client.mutate.createCategoryOrIncrementIfExists({ name, incrementBy: 1 })
      void handle.durable.then(() => globalThis.saved(name, globalThis.tab.client.storage.kind === 'disk'))
      await handle.local
      if (n < 100) void call(n + 1)
    }
    void call(0)
  }, turn)
  await enough
  await reload(page)
  return told
}

/** On a busy machine, a tab may lead for a while without its files, in memory: what it has then ends with it. */
type Saved = (name: string, isOnDisk: boolean) => void

declare global {
  var saved: Saved
}

const heard = new Map<Page, Saved>()

async function hearSaved(page: Page): Promise<void> {
  await page.exposeFunction('saved', (name: string, isOnDisk: boolean) => heard.get(page)?.(name, isOnDisk))
}

test('[G5] a page that is reloaded in the middle of saving has all that it called durable, once', async ({
  profile,
  openProfile,
  server,
}) => {
  const chance = seededRandom('1')
  const page = await openTab(profile, server)
  await hearSaved(page)
  await untilConnection(page, 'live')
  const saved: string[] = []
  for (let turn = 0; turn < 8; turn++) {
    // Half of the turns while there is no server, so that the queue is long.
    if (turn % 2 === 1) await server.stopSync()
    saved.push(...(await callUntilReload(page, `${turn}`, 1 + Math.floor(chance() * 60))))
    if (turn % 2 === 1) await server.startSync()
  }
  await untilSettled(page)
  const found = await counts(page)
  expect(found.filter((text) => !text.endsWith(' 1'))).toEqual([])
  expect(saved.filter((name) => !found.includes(`${name} 1`))).toEqual([])
  expect(saved.length).toBeGreaterThan(0)
  expect(await atServer(openProfile, server)).toEqual(found)
})

test('[G1] [G7] a page that is reloaded in the middle of a rebase is whole, and nothing is done twice', async ({
  profile,
  openProfile,
  server,
}) => {
  const chance = seededRandom('2')
  const [page, other] = [await openTab(profile, server), await openTab(await openProfile(), server)]
  await untilSettled(page)
  let called = 0
  for (let turn = 0; turn < 6; turn++) {
    const count = 50 + Math.floor(chance() * 150)
    called += count
    await page.evaluate(async (times) => {
      const { client } = globalThis.tab
      client.stop()
      const handles = Array.from({ length: times }, () => client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 1 }))
      await Promise.all(handles.map(({ durable }) => durable))
    }, count)
    await add(other, 'Food', 1000)
    // What is pending is undone and replayed when the other's change comes, and again with each that follows.
    const changes = Promise.all([1, 2, 3].map(() => add(other, 'Food', 1000)))
    const pending = Math.floor(chance() * count)
    await page.evaluate((rest) => {
      const { client } = globalThis.tab
      client.start()
      return new Promise<void>((resolve) => {
        const look = () => client.status.pending <= rest && resolve()
        client.onStatus(look)
        look()
      })
    }, pending)
    await reload(page)
    await changes
  }
  const all = [`Food ${called + 6 * 4000}`]
  await untilSettled(page)
  await expect.poll(() => counts(page)).toEqual(all)
  expect(await atServer(openProfile, server)).toEqual(all)
})

test('[G1] [G5] a storm of reloads in many tabs, with calls in between, ends with everything done once', async ({
  profile,
  openProfile,
  server,
}) => {
  const chance = seededRandom('3')
  const tabs = [await openTab(profile, server), await openTab(profile, server), await openTab(profile, server)]
  for (const tab of tabs) await hearSaved(tab)
  const saved: string[] = []
  const storm = tabs.map(async (tab, i) => {
    for (let turn = 0; turn < 5; turn++) saved.push(...(await callUntilReload(tab, `${i} ${turn}`, Math.ceil(chance() * 5))))
  })
  await Promise.all(storm)
  for (const tab of tabs) await untilSettled(tab)
  // What a page said last may still be on its way to the tab that leads.
  let found: string[] = []
  const views = async () => {
    const all = await Promise.all(tabs.map((tab) => counts(tab)))
    found = all[0] ?? []
    return [...all, await atServer(openProfile, server)].filter((view) => view.join() !== found.join())
  }
  await expect.poll(views).toEqual([])
  expect(found.filter((text) => !text.endsWith(' 1'))).toEqual([])
  expect(saved.filter((name) => !found.includes(`${name} 1`))).toEqual([])
  expect(saved.length).toBeGreaterThan(0)
})
