import type { Page } from '@playwright/test'
import { seededRandom } from '@savepoint/core'
import { expect } from './fixtures.ts'
import { processOf } from './process-of.ts'
import { add, counts, leads, openTab, openTwo, test } from './tab-test.ts'

test('one tab: a mutation is seen at once, and confirmed', async ({ profile, server }) => {
  const page = await openTab(profile, server)
  const found = await page.evaluate(async () => {
    const { client } = globalThis.tab
    const live = client.live<{ name: string; count: number }>('SELECT name, count FROM Categories')
    live.subscribe(() => {})
    const handle = client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 2 })
    const rows = await client.query('SELECT name, count FROM Categories')
    await handle.durable
    return { rows, local: await handle.local, confirmed: await handle.confirmed, storage: client.storage, live: live.rows }
  })
  expect(found).toMatchObject({
    rows: [{ name: 'Food', count: 2 }],
    local: { ok: true },
    confirmed: { ok: true },
    live: [{ name: 'Food', count: 2 }],
    storage: { kind: 'disk' },
  })
})

test('two tabs share one replica, and what one does the other sees', async ({ profile, server }) => {
  const [first, second] = await openTwo(profile, server)
  expect([await leads(first), await leads(second)]).toEqual([true, false])
  await second.evaluate(() => globalThis.tab.watch())
  expect(await add(first, 'Food')).toMatchObject({ confirmed: { ok: true } })
  expect(await add(second, 'Food', 2)).toMatchObject({ confirmed: { ok: true } })
  expect(await counts(first)).toEqual(['Food 3'])
  await second.waitForFunction(() => globalThis.tab.seen.at(-1) === 'Food 3')
})

test('[G5] the leader is closed: the other tab takes over, with all that was pending', async ({ profile, server }) => {
  const [first, second] = await openTwo(profile, server)
  await add(first, 'Food')
  await server.stopSync()
  await first.evaluate(async () => {
    const handle = globalThis.tab.client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 10 })
    await handle.durable
  })
  const pending = second.evaluate(async () => {
    const handle = globalThis.tab.client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 100 })
    return await handle.confirmed
  })
  await first.close()
  await server.startSync()
  expect(await pending).toMatchObject({ ok: true })
  expect(await leads(second)).toBe(true)
  expect(await counts(second)).toEqual(['Food 111'])
})

test('[G5] the leader’s worker is terminated: another takes over at once, and its own page gets a new worker', async ({
  profile,
  server,
}) => {
  const [first, second] = await openTwo(profile, server)
  await first.evaluate(() => globalThis.tab.workers.at(-1)?.terminate())
  const [own, other] = await Promise.all([add(first, 'Food'), add(second, 'Food', 10)])
  expect([own, other]).toMatchObject([{ confirmed: { ok: true } }, { confirmed: { ok: true } }])
  expect(await counts(second)).toEqual(['Food 11'])
})

test('[G1] a leader whose process is stopped is robbed, and what is called meanwhile takes effect once', async ({ profile, server }) => {
  const [first, second] = await openTwo(profile, server)
  await add(first, 'Food')
  await add(second, 'Food', 10)
  // On a machine with much else to do, the other may have taken over by now.
  const [leader, other] = (await leads(first)) ? [first, second] : [second, first]
  const process = await processOf(leader)
  process.stop()
  expect(await add(other, 'Food', 100)).toMatchObject({ confirmed: { ok: true } })
  process.go()
  expect(await add(leader, 'Food', 1000)).toMatchObject({ confirmed: { ok: true } })
  await other.waitForFunction(() => globalThis.tab.client.storage.kind === 'disk')
  expect(await counts(other)).toEqual(['Food 1111'])
  expect(await counts(leader)).toEqual(['Food 1111'])
})

test('[G1] a leader that was only busy is robbed, gives way, and takes nothing twice', async ({ profile, server }) => {
  const [first, second] = await openTwo(profile, server)
  await add(first, 'Food')
  await add(second, 'Food', 10)
  await first.evaluate(() => globalThis.tab.workers.at(-1)?.postMessage({ busyMs: 5000 }))
  const both = await Promise.all([add(second, 'Food', 100), add(first, 'Food', 1000)])
  expect(both).toMatchObject([{ confirmed: { ok: true } }, { confirmed: { ok: true } }])
  expect([await leads(first), await leads(second)]).toEqual([false, true])
  await second.waitForFunction(() => globalThis.tab.client.storage.kind === 'disk')
  expect(await counts(first)).toEqual(['Food 1111'])
})

test('[G1] [G5] twenty tabs that open and close at random converge, with nothing lost and nothing doubled', async ({ profile, server }) => {
  const chance = seededRandom('20')
  const tabs = [await openTab(profile, server)]
  const called: string[] = []
  const durable = new Set<string>()
  for (let opened = 1; opened < 20; opened++) {
    const opening = openTab(profile, server)
    const tab = tabs[Math.floor(chance() * tabs.length)] as Page
    for (let i = 0; i < 5; i++) {
      const name = `${opened}-${i}`
      called.push(name)
      // A tab that is closed in the middle of it does not say.
      void tab
        .evaluate(
          async (args) => {
            await globalThis.tab.client.mutate.createCategoryOrIncrementIfExists(args).durable
          },
          { name, incrementBy: 1 },
        )
        .then(
          () => durable.add(name),
          () => {},
        )
    }
    tabs.push(await opening)
    if (chance() < 0.5) await tabs.splice(Math.floor(chance() * (tabs.length - 1)), 1)[0]?.close()
    else if (chance() < 0.3) await tabs[0]?.evaluate(() => globalThis.tab.workers.at(-1)?.terminate())
  }
  for (const tab of tabs)
    await tab.waitForFunction(() => globalThis.tab.client.status.pending === 0 && globalThis.tab.client.status.connection === 'live')
  const found = await Promise.all(tabs.map((tab) => counts(tab)))
  expect(new Set(found.map((one) => one.join()))).toHaveProperty('size', 1)
  const twice = found[0]?.filter((text) => !text.endsWith(' 1'))
  expect(twice).toEqual([])
  expect([...durable].filter((name) => !found[0]?.includes(`${name} 1`))).toEqual([])
  expect(durable.size).toBeGreaterThan(called.length / 2)
})
