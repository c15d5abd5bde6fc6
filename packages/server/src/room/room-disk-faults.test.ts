import { SqliteError } from '@savepoint/sqlite'
import { describe, expect, test } from 'vitest'
import { faultyDriver } from '../testing/faulty-driver.ts'
import { Line } from '../testing/line.ts'
import { openTestRoom, type TestRoom } from '../testing/open-room.ts'
import type { TestClient } from '../testing/test-client.ts'

async function comeBack(setting: TestRoom, client: TestClient): Promise<void> {
  setting.world.advance(60_000)
  client.line = Line.inProcess(setting.room)
  await client.greet()
}

describe('[G4] [G5] a disk that is full', () => {
  test('acknowledges nothing, and the room goes on by itself once there is space', async () => {
    let pagesMax = 1_000_000
    const setting = await openTestRoom({
      decorate(driver) {
        driver.exec(`PRAGMA max_page_count = ${pagesMax}`)
        return faultyDriver(driver, { before: (sql) => sql.startsWith('BEGIN') && driver.exec(`PRAGMA max_page_count = ${pagesMax}`) })
      },
    })
    const [client, watcher] = [await setting.client(), await setting.client('watcher')]
    await client.call('addItem', { title: 'tea' })
    await watcher.reach(1)

    pagesMax = 1
    const mutation = client.mutation('addMany', { count: 50, length: 1000 })
    client.push(mutation)
    expect(await client.refusal()).toMatchObject({ code: 'unavailable' })
    expect(await watcher.refusal()).toMatchObject({ code: 'unavailable' })
    const failure = setting.events.find(({ event }) => event === 'room-failed') as { error: { code: string } }
    expect(failure.error.code).toBe('SQLITE_FULL')

    await comeBack(setting, client)
    client.push(mutation)
    expect(await client.refusal()).toMatchObject({ code: 'unavailable' })

    pagesMax = 1_000_000
    await comeBack(setting, client)
    expect(client.base?.version).toBe(1)
    client.push(mutation)
    expect(await client.outcome(2)).toMatchObject({ ok: true })
    expect(client.query('SELECT id FROM items')).toHaveLength(51)
    await comeBack(setting, watcher)
    expect(watcher.digest).toBe(client.digest)
  })
})

describe('[G1] [G4] a COMMIT that reports an I/O error', () => {
  test.each([
    ['and was rolled back', 'before' as const],
    ['although it was done', 'after' as const],
  ])('%s', async (_, when) => {
    let failures = 0
    const fail = (sql: string) => {
      if (sql === 'COMMIT' && failures > 0) {
        failures--
        throw new SqliteError('SQLITE_IOERR_FSYNC', 'disk I/O error')
      }
    }
    const setting = await openTestRoom({ decorate: (driver) => faultyDriver(driver, { [when]: fail }) })
    const client = await setting.client()
    await client.call('addItem', { title: 'tea', stock: 1 })
    failures = 1
    const mutations = [client.mutation('restock', { title: 'tea', by: 1 }), client.mutation('restock', { title: 'tea', by: 1 })]
    client.push(...mutations)
    expect(await client.refusal()).toMatchObject({ code: 'unavailable' })
    expect(client.outcomes.size).toBe(1)

    await comeBack(setting, client)
    expect(client.base?.version).toBe(when === 'before' ? 1 : 3)
    client.push(...mutations)
    await client.outcome(3)
    expect(client.query('SELECT stock FROM items')).toEqual([{ stock: 3 }])
    expect(setting.room.position.version).toBe(3)
  })
})

describe('[G6] a mutation that takes the transaction of its whole batch with it', () => {
  test('is rejected alone', async () => {
    const setting = await openTestRoom({
      decorate: (driver) =>
        faultyDriver(driver, {
          before(sql, params) {
            if (!sql.startsWith('INSERT INTO items') || (params as unknown[])[1] !== 'bomb') return
            driver.exec('ROLLBACK')
            throw new SqliteError('SQLITE_CONSTRAINT_TRIGGER', 'all gone')
          },
        }),
    })
    const client = await setting.client()
    client.push(
      client.mutation('addItem', { title: 'tea', stock: 1 }),
      client.mutation('addItem', { title: 'bomb' }),
      client.mutation('restock', { title: 'tea', by: 1 }),
      client.mutation('addItem', { title: 'bomb' }),
      client.mutation('restock', { title: 'tea', by: 1 }),
    )
    await client.outcome(5)
    expect([...client.outcomes.values()].map(({ outcome }) => outcome.ok)).toEqual([true, false, true, false, true])
    expect(client.outcomes.get(2)?.outcome).toMatchObject({ reason: 'schema', code: 'transaction-lost' })
    expect(client.query('SELECT title, stock FROM items')).toEqual([{ title: 'tea', stock: 3 }])
  })
})
