import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Definitions } from '../client/shop.contract.ts'
import { app } from '../client/shop-app.contract.ts'
import { TcpProxy } from '../client/tcp-proxy.contract.ts'
import { isSettled, until } from '../client/world.contract.ts'
import { type ServerProcess, StandaloneServer } from './standalone-server.ts'

const APP = fileURLToPath(new URL('../client/shop-app.contract.ts', import.meta.url))
const CALLS = 'SELECT number FROM calls ORDER BY id'

let server: StandaloneServer
let running: ServerProcess
let proxy: TcpProxy

beforeEach(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-restore-'))
  server = new StandaloneServer(directory, APP)
  running = server.start()
  proxy = await TcpProxy.open(await running.port)
  onTestFinished(async () => {
    await proxy.close()
    await running.kill()
    rmSync(directory, { recursive: true, force: true })
  })
})

async function open(): Promise<Client<Definitions>> {
  const client = await createClient({ ...app, url: proxy.url, room: 'room' })
  onTestFinished(() => client.close())
  return client
}

async function command(...args: string[]): Promise<string> {
  const { code, output } = await server.command(...args)
  expect(code, output).toBe(0)
  return output
}

/** Stops the server, restores the room, and serves again. */
async function restore(...args: string[]): Promise<void> {
  expect((await running.stop()).code).toBe(0)
  await command('restore', '--from', 'backups', '--force', ...args)
  running = server.start()
  proxy.retarget(await running.port)
}

async function numbersOf(client: Client<Definitions>): Promise<number[]> {
  return (await client.query(CALLS)).map(({ number }) => Number(number))
}

test('[G3] [G5] [G6] a room is restored from a backup that was made at work, and its clients go on with what is pending', async () => {
  const [one, two] = [await open(), await open()]
  for (const number of [1, 2]) await one.mutate.call({ who: 'one', number }).confirmed
  await command('backup', '--out', 'backups')
  for (const number of [3, 4]) await one.mutate.call({ who: 'one', number }).confirmed
  await until(() => two.status.version === 4)
  const { epoch } = one.position as { epoch: string }
  // Called while there is no server: one follows on from what the restored room has, the other never said a word to it.
  proxy.isDown = true
  proxy.cut()
  const pending = [one.mutate.call({ who: 'one', number: 5 }), two.mutate.call({ who: 'two', number: 6 })]
  await restore()
  proxy.isDown = false
  for (const client of [one, two]) client.start()
  for (const { confirmed } of pending) expect(await confirmed).toMatchObject({ ok: true })
  await until(() => [one, two].every((client) => isSettled(client) && client.status.version === 4))
  for (const client of [one, two]) {
    expect((await numbersOf(client)).sort()).toEqual([1, 2, 5, 6])
    expect(client.position?.epoch).not.toBe(epoch)
  }
  expect(one.digest).toBe(two.digest)
  expect(await command('verify')).toMatch(
    /^room: version 4, digest [0-9a-f]{16}, 2 clients; the log replayed from version 0 gives the same/,
  )
})

test('[G3] [G5] a mistake is undone: the room goes back to a time before it, by a backup made afterwards', async () => {
  const client = await open()
  for (const number of [1, 2]) await client.mutate.call({ who: 'me', number }).confirmed
  await command('backup', '--out', 'backups')
  await client.mutate.call({ who: 'me', number: 3 }).confirmed
  const before = new Date()
  await until(() => Date.now() > before.getTime())
  await client.mutate.call({ who: 'me', number: 666 }).confirmed
  await command('backup', '--out', 'backups')
  await restore('--at', before.toISOString())
  client.start()
  await until(() => isSettled(client) && client.status.version === 3)
  expect(await numbersOf(client)).toEqual([1, 2, 3])
  await client.mutate.call({ who: 'me', number: 4 }).confirmed
  expect(await numbersOf(client)).toEqual([1, 2, 3, 4])
})
