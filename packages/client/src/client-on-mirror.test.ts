import { beforeEach, describe, expect, test } from 'vitest'
import type { BrowserStorage } from './browser-storage/browser-storage.ts'
import { FILE_NAMES } from './browser-storage/file-storage.ts'
import { HandMirrorStore } from './browser-storage/hand-mirror-store.contract.ts'
import { Mirror } from './browser-storage/mirror.ts'
import { mirrorStorage } from './browser-storage/mirror-storage.ts'
import { loadWaSqlite } from './load-wa-sqlite.ts'
import { Visit } from './testing/visit.contract.ts'

const module = await loadWaSqlite()

let store: HandMirrorStore
let visit: Visit
beforeEach(async () => {
  store = new HandMirrorStore()
  visit = Visit.withShop(await open())
  await visit.goLive()
})

async function open(): Promise<BrowserStorage> {
  return mirrorStorage(module, await Mirror.open(store, FILE_NAMES), 'no files')
}

const add = (name: string) => visit.client.mutate.add({ name, by: 1 })
const confirmedTold = () => visit.transport.socket.all('push').at(-1)?.confirmed

describe('a client whose storage is a copy of memory', () => {
  test('tells its kind', () => {
    expect(visit.client.storage).toEqual({ kind: 'mirror', why: 'no files' })
  })

  test('[G5] calls a mutation durable when the copy has it, and sends it meanwhile', async () => {
    store.isOpen = false
    const { durable } = add('tea')
    let isDurable = false
    durable.then(() => {
      isDurable = true
    })
    await visit.scheduler.settle()
    expect(visit.pushed).toHaveLength(1)
    expect(isDurable).toBe(false)
    store.letGo()
    await visit.scheduler.settle()
    expect(isDurable).toBe(true)
  })

  test('[G5] tells the server that outcomes are kept when the copy has them', async () => {
    add('tea')
    await visit.scheduler.settle()
    store.isOpen = false
    await visit.answer()
    expect(visit.client.status.pending).toBe(0)
    add('milk')
    await visit.scheduler.settle()
    expect(confirmedTold()).toBe(0)
    store.letGo()
    await visit.scheduler.settle()
    add('bread')
    await visit.scheduler.settle()
    expect(confirmedTold()).toBe(1)
  })

  test('says that a mutation is not durable if the copy cannot be written, and tries again', async () => {
    store.fails = new Error('quota')
    const { durable, confirmed } = add('tea')
    await expect(durable).rejects.toThrow('quota')
    expect(visit.failures()).toEqual([store.fails])
    await visit.scheduler.settle()
    await visit.answer()
    expect((await confirmed).ok).toBe(true)
    store.fails = undefined
    await visit.scheduler.pass(5000)
    add('milk')
    await visit.scheduler.settle()
    expect(confirmedTold()).toBe(1)
  })

  test('[G1] sends nothing under new IDs before the copy has them', async () => {
    visit.client.stop()
    const [tea] = [add('tea'), add('milk')]
    await visit.scheduler.settle()
    store.isOpen = false
    expect(tea?.cancel()).toBe(true)
    visit.client.start()
    visit.transport.socket.open()
    visit.welcome()
    visit.transport.socket.receive(visit.shop.nothing().poke)
    await visit.scheduler.settle()
    expect(visit.client.status.connection).toBe('live')
    expect(visit.pushed).toEqual([])
    store.letGo()
    await visit.scheduler.settle()
    expect(visit.pushed).toEqual([expect.objectContaining({ mutationID: 1, args: expect.stringContaining('milk') })])
  })

  test('[G5] finds what was durable after a crash, and all after it was closed', async () => {
    visit.client.stop()
    await add('tea').durable
    store.isOpen = false
    add('milk')
    await visit.scheduler.settle()
    store = store.crash()
    const again = Visit.withShop(await open())
    expect(await again.client.query('SELECT name FROM items')).toEqual([{ name: 'tea' }])
    again.client.mutate.add({ name: 'bread', by: 1 })
    await again.client.close()
    store = store.crash()
    expect(await Visit.withShop(await open()).client.query('SELECT name FROM items')).toEqual([{ name: 'bread' }, { name: 'tea' }])
  })
})
