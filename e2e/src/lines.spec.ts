import { seededRandom } from '@savepoint/core'
import { TcpProxy } from '@savepoint-demo/simulations/tcp-proxy'
import { expect } from './fixtures.ts'
import { add, atServer, counts, note, openTab, openTwo, statusOf, test, untilConnection, untilSettled } from './tab-test.ts'

test('[G1] [G5] the browser is put offline: pages say so, go on, and are live again as soon as it is online', async ({
  profile,
  openProfile,
  server,
}) => {
  const [first, second] = await openTwo(profile, server)
  await add(first, 'Food')
  await profile.setOffline(true)
  for (const tab of [first, second]) await untilConnection(tab, 'offline')
  await note(first, 'Food', 10)
  await note(second, 'Food', 100)
  expect(await counts(first)).toEqual(['Food 111'])
  expect(await statusOf(second)).toMatchObject({ pending: 2, outage: { since: expect.any(Number) } })
  expect(await atServer(openProfile, server)).toEqual(['Food 1'])
  await profile.setOffline(false)
  for (const tab of [first, second]) await untilSettled(tab)
  expect(await statusOf(second)).toMatchObject({ outage: null })
  expect(await atServer(openProfile, server)).toEqual(['Food 111'])
})

test('[G1] [G2] a line that is cut at random bytes: all that was called arrives once, in order', async ({
  profile,
  openProfile,
  server,
}) => {
  const chance = seededRandom('7')
  const proxy = await TcpProxy.open(Number(new URL(server.syncURL).port))
  const [page, other] = [await openTab(profile, server, { url: proxy.url }), await openTab(await openProfile(), server)]
  await untilSettled(page)
  let cuts = 0
  proxy.fateOf = () => {
    cuts++
    return chance() < 0.5 ? { cutUpAt: 300 + Math.floor(chance() * 3000) } : { cutDownAt: 300 + Math.floor(chance() * 3000) }
  }
  proxy.cut()
  const wanted: string[] = []
  for (let i = 0; i < 20; i++) {
    for (let n = 0; n < 5; n++) wanted.push(`${100 + i}-${n} 1`)
    await Promise.all([add(other, 'Foreign'), Promise.all(Array.from({ length: 5 }, (_, n) => note(page, `${100 + i}-${n}`)))])
    await page.evaluate(() => globalThis.tab.client.start())
  }
  expect(cuts).toBeGreaterThan(3)
  proxy.fateOf = () => ({})
  proxy.cut()
  await untilSettled(page)
  expect(await counts(page)).toEqual([...wanted, 'Foreign 20'])
  expect(await atServer(openProfile, server)).toEqual([...wanted, 'Foreign 20'])
  const order = await other.evaluate(() =>
    globalThis.tab.client.query<{ name: string }>('SELECT name FROM Categories WHERE name != ? ORDER BY id', ['Foreign']),
  )
  expect(order.map(({ name }) => `${name} 1`)).toEqual(wanted)
  await proxy.close()
})

test('[G1] the server’s answers are lost while pages go on: what it has taken is not taken again', async ({
  profile,
  openProfile,
  server,
}) => {
  const proxy = await TcpProxy.open(Number(new URL(server.syncURL).port))
  const page = await openTab(profile, server, { url: proxy.url })
  await add(page, 'Food')
  proxy.swallowsAnswers = true
  await note(page, 'Food', 10)
  await expect.poll(() => atServer(openProfile, server)).toEqual(['Food 11'])
  expect(await statusOf(page)).toMatchObject({ pending: 1 })
  await page.reload()
  proxy.swallowsAnswers = false
  proxy.cut()
  await page.waitForFunction(() => 'tab' in globalThis)
  await untilSettled(page)
  expect(await counts(page)).toEqual(['Food 11'])
  await proxy.close()
})
