import { defineMutators, encodeData } from '@savepoint/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../client.ts'
import { shopMutators } from '../testing/shop.contract.ts'
import { Visit } from '../testing/visit.contract.ts'
import { PageClient } from './page-client.ts'
import type { PageSession } from './page-session.ts'
import { ReplicaHost } from './replica-host.ts'

const COUNT = 'WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT %) SELECT count(*) AS n FROM c'
/** As many steps as some item says. */
const SLOW = COUNT.replace('%', "(SELECT max(1, sum(n)) FROM items WHERE name LIKE 'slow%')")
const ENDLESS = COUNT.replace('LIMIT %', '')
const ITEMS = 'SELECT name, n FROM items ORDER BY name'

const mutators = defineMutators({
  ...shopMutators.definitions,
  /** Takes as long as the query that counts so far. */
  count(tx, { to }: { to: number }) {
    // So that a foreign note makes it run again.
    tx.get('SELECT 1 FROM notes')
    return tx.get<{ n: number }>(COUNT.replace('%', '?'), [to])?.n
  },
})
type Mutators = (typeof mutators)['definitions']

let visit: Visit<Mutators>
let host: ReplicaHost

/** A page, and the line to its host. */
function join(): PageClient<Mutators> {
  const { scheduler } = visit
  let session: PageSession | undefined
  const page = new PageClient<Mutators>(
    {
      tell: (_, messages) => {
        for (const message of structuredClone(messages)) scheduler.soon(() => session?.receive(message))
      },
      retry() {},
      close: async () => {},
    },
    { now: () => scheduler.time, id: () => scheduler.id(), isStarted: true },
  )
  session = host.join((messages) => {
    const copy = structuredClone(messages)
    scheduler.soon(() => page.told('host', copy))
  })
  page.hosted('host', { kind: 'memory' })
  return page
}

let page: PageClient<Mutators>

beforeEach(async () => {
  visit = new Visit(mutators)
  host = new ReplicaHost(
    () => visit.client as unknown as Client,
    visit.scheduler,
    { isCertain: true, guard: (run) => run() },
    () => {},
  )
  page = join()
  await visit.goLive()
  // From now on, each look at the clock takes a millisecond: SQLite takes one for each 1,000 of its steps.
  visit.scheduler.msPerLook = 1
})
afterEach(() => host.close())

/** Runs `then` after so many turns of the worker. */
function after(turns: number, then: () => void): void {
  visit.scheduler.soon(turns === 0 ? then : () => after(turns - 1, then))
}

/** Milliseconds of the clock that `work` takes. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = visit.scheduler.time
  await work()
  return visit.scheduler.time - start
}

function foreignNote() {
  const note = { mutationID: 1, name: 'note', args: encodeData({ text: 'foreign' }), createdAt: 1, seed: 'f' }
  return visit.shop.process('other', [note], false).poke
}

const settle = () => visit.scheduler.settle()

describe('a query that takes long', () => {
  test('ends, and between its tries others are heard', async () => {
    page.mutate.add({ name: 'slow', by: 100_000 })
    await settle()
    const live = page.live<{ n: number }>(SLOW)
    const heard: unknown[] = []
    live.subscribe(() => heard.push(live.rows[0]?.n))
    after(4, () => {
      heard.push('called')
      void Promise.resolve(page.mutate.note({ text: 'a' }).local).then(({ ok }) => heard.push(ok))
    })
    await settle()
    expect(heard).toEqual(['called', true, 100_000])
  })

  test('costs three times what it needs at most, and then no more than that for as long as it is watched', async () => {
    page.mutate.add({ name: 'slow', by: 100_000 })
    await settle()
    const live = page.live<{ n: number }>(SLOW)
    const first = await timeOf(async () => {
      live.subscribe(() => {})
      await settle()
    })
    const again = await timeOf(async () => {
      page.mutate.add({ name: 'slow', by: 1 })
      await settle()
    })
    expect(live.rows).toEqual([{ n: 100_001 }])
    expect(first).toBeGreaterThan(1.5 * again)
    expect(first).toBeLessThan(3.1 * again)
  })

  test('is dropped when its last listener ends, though it would never end itself', async () => {
    const [one, other] = [page.live(ENDLESS), join().live(ENDLESS)]
    const ends = [one.subscribe(() => {}), other.subscribe(() => {})]
    after(3, () => ends[0]?.())
    after(6, () => ends[1]?.())
    await settle()
    expect([one.isReady, other.isReady]).toEqual([false, false])
    expect(await timeOf(settle)).toBeLessThan(10)
  })

  test('is dropped when its page goes', async () => {
    page.live(ENDLESS).subscribe(() => {})
    const unanswered = page.query(ENDLESS).catch((error: Error) => error.message)
    after(5, () => void page.close())
    await settle()
    expect(await Promise.race([unanswered, 'still waits'])).toMatch(/closed/)
    const other = join()
    expect(await Promise.all([other.query('SELECT 1 AS n'), settle()])).toEqual([[{ n: 1 }], undefined])
  })

  test('asked once is answered in the end, or not any more once its signal is aborted', async () => {
    const controller = new AbortController()
    const asked = page.query(COUNT.replace('%', '100000'))
    const aborted = page.query(ENDLESS, [], { signal: controller.signal })
    aborted.catch(() => {})
    after(5, () => controller.abort(new Error('enough')))
    await settle()
    expect(await asked).toEqual([{ n: 100_000 }])
    await expect(aborted).rejects.toThrow('enough')
    await expect(page.query('SELECT 1', [], { signal: controller.signal })).rejects.toThrow('enough')
    await expect(visit.client.query('SELECT 1', [], { signal: controller.signal })).rejects.toThrow('enough')
  })

  test('never stops a mutator, or a replay, that takes longer', async () => {
    const live = page.live(ENDLESS)
    const end = live.subscribe(() => {})
    let pending = ''
    after(3, () => {
      pending = page.mutate.count({ to: 200_000 }).id
    })
    after(6, end)
    await settle()
    expect(visit.client.find(pending)?.local).toEqual({ ok: true, value: 200_000 })
    visit.transport.socket.receive(foreignNote())
    await settle()
    expect(visit.events.at(-1)).toMatchObject({ type: 'advanced', replayed: [{ name: 'count' }] })
    expect(visit.client.find(pending)?.local).toEqual({ ok: true, value: 200_000 })
  })
})

describe('[G7] a page', () => {
  test('shows all of its queries at one moment, however long some of them take; [G8] and what they show is what was confirmed', async () => {
    const [slow, sum] = [page.live<{ n: number }>(SLOW), page.live<{ n: number }>('SELECT sum(n) AS n FROM items')]
    const seen: [number | undefined, number | undefined][] = []
    const look = () => seen.push([slow.rows[0]?.n, sum.rows[0]?.n])
    page.mutate.add({ name: 'slow', by: 50_000 })
    await settle()
    sum.subscribe(look)
    slow.subscribe(look)
    await settle()
    const handles = []
    for (let i = 0; i < 6; i++) {
      const handle = page.mutate.add({ name: `slow ${i}`, by: 20_000 })
      handles.push(handle.confirmed.then(() => look()))
      const turns = i
      after(turns, () => void visit.answer())
      await visit.scheduler.pass(20)
    }
    await settle()
    await Promise.all(handles)
    const both = seen.filter(([n]) => n !== undefined)
    expect(both.filter(([n, total]) => n !== total)).toEqual([])
    expect(both.at(-1)).toEqual([170_000, 170_000])
    // Before it had anything to show, it held up nobody.
    expect(seen[0]).toEqual([undefined, 50_000])
  })

  test('that goes over to another host shows nothing of that before it has all of it', async () => {
    const [slow, sum] = [page.live<{ n: number }>(SLOW), page.live<{ n: number }>('SELECT sum(n) AS n FROM items')]
    page.mutate.add({ name: 'slow', by: 50_000 })
    const seen: (readonly [number | undefined, number | undefined])[] = []
    for (const live of [slow, sum]) live.subscribe(() => seen.push([slow.rows[0]?.n, sum.rows[0]?.n]))
    await settle()
    seen.length = 0
    visit.client.mutate.add({ name: 'slow', by: 20_000 })
    page.hosted('host', { kind: 'memory' })
    await settle()
    expect(seen).toEqual([
      [70_000, 70_000],
      [70_000, 70_000],
    ])
  })

  test('that does not watch the slow one waits for nothing', async () => {
    const other = join()
    const order: string[] = []
    page.mutate.add({ name: 'slow', by: 100_000 })
    const slow = page.live(SLOW)
    slow.subscribe(() => order.push('slow'))
    await settle()
    order.length = 0
    page.live(ITEMS).subscribe(() => order.push('items, beside the slow one'))
    other.live(ITEMS).subscribe(() => order.push('items'))
    await settle()
    order.length = 0
    page.mutate.add({ name: 'slow', by: 100_000 })
    await settle()
    expect(order).toEqual(['items', 'slow', 'items, beside the slow one'])
  })
})
