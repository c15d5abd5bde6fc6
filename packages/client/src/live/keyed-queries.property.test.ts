import { defineMutators, encodeData, type SqlParams } from '@savepoint/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shopMutators } from '../testing/shop.contract.ts'
import { Visit } from '../testing/visit.contract.ts'

/** How often to run, and from which seed: `KEYED_RUNS=2000 KEYED_SEED=7 npx vitest run keyed-queries`. */
const RUNS = Number(process.env.KEYED_RUNS ?? 100)
const SEED = process.env.KEYED_SEED

const NAMES = ['a', 'b', 'c']
const QUERIES: readonly (readonly [sql: string, params: SqlParams])[] = [
  ...NAMES.map((name) => ['SELECT * FROM items WHERE name = ?', [name]] as const),
  ['SELECT count(*) AS n, sum(n) AS sum FROM items WHERE name IN (:a, :b)', { a: 'a', b: 'c' }],
  ...[1, 2, 3, 34].map((id) => ['SELECT text FROM notes AS x WHERE x.id = ?', [id]] as const),
  ["SELECT * FROM notes WHERE 2 = id AND text LIKE '%o%'", []],
  ['SELECT * FROM items ORDER BY name', []],
  ['SELECT count(*) AS n FROM notes', []],
]

const mutators = defineMutators({
  ...shopMutators.definitions,
  /** Known here only, and not to be replayed once there is a c: what it does here is undone, and nothing takes its place. */
  unlessC(tx, { name }: { name: string }) {
    if (tx.get("SELECT 1 FROM items WHERE name = 'c'")) tx.reject('c', 'there is a c')
    tx.run('INSERT INTO items VALUES (?, 100) ON CONFLICT DO UPDATE SET n = n + 100', [name])
  },
})
type ShopVisit = Visit<(typeof mutators)['definitions']>

const name = fc.constantFrom(...NAMES)
/** What can happen to a client. More are pending after a burst than a replay observes. */
const event = fc.oneof(
  fc.record({ type: fc.constantFrom('add', 'unlessC', 'taken back', 'onlyIfNone', 'foreign add', 'foreign onlyIfNone'), name }),
  fc.record({ type: fc.constantFrom('note', 'foreign note', 'burst', 'answer', 'fold'), name }),
)

async function happen(visit: ShopVisit, { type, name }: { type: string; name: string }, look: () => void) {
  const { client, shop, transport, scheduler } = visit
  const foreign = (mutator: string, args: unknown) => {
    const mutation = { mutationID: 1, name: mutator, args: encodeData(args), createdAt: 1, seed: scheduler.id() }
    transport.socket.receive(shop.process(scheduler.id(), [mutation], false).poke)
  }
  if (type === 'add') client.mutate.add({ name, by: 1 })
  else if (type === 'onlyIfNone') client.mutate.onlyIfNone({ name })
  else if (type === 'unlessC') client.mutate.unlessC({ name })
  else if (type === 'note') client.mutate.note({ text: name })
  else if (type === 'burst') for (let i = 0; i < 40; i++) i === 36 ? client.mutate.unlessC({ name }) : client.mutate.note({ text: `${i}` })
  else if (type === 'taken back') {
    const handle = client.mutate.add({ name, by: 1000 })
    look()
    expect(handle.cancel()).toBe(true)
  } else if (type === 'foreign add') foreign('add', { name, by: 10 })
  else if (type === 'foreign onlyIfNone') foreign('onlyIfNone', { name })
  else if (type === 'foreign note') foreign('note', { text: 'foreign' })
  else if (type === 'answer') transport.socket.receive(visit.process())
  else if (type === 'fold') await scheduler.pass(600)
}

test('a live query that follows single rows shows what it would show if it ran anew, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(event, fc.boolean()), { minLength: 1, maxLength: 25 }), async (events) => {
      const visit: ShopVisit = new Visit(mutators)
      await visit.goLive()
      const lives = QUERIES.map(([sql, params]) => {
        const live = visit.client.live(sql, params)
        const seen = { told: live.rows }
        live.subscribe(() => {
          seen.told = live.rows
        })
        return { live, sql, params, seen }
      })
      const look = () => {
        for (const { live } of lives) void live.rows
      }
      for (const [event, settles] of events) {
        await happen(visit, event, look)
        if (settles) await visit.scheduler.settle()
        for (const { live, sql, params, seen } of lives) {
          const fresh = await visit.client.query(sql, params)
          // What listeners were told of, and a look in between.
          if (settles) expect(seen.told, `${sql} after ${event.type}`).toEqual(fresh)
          expect(live.rows, `${sql} after ${event.type}`).toEqual(fresh)
        }
      }
      expect(visit.failures()).toEqual([])
      await visit.client.close()
    }),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  )
}, 3_600_000)
