import { beforeEach, describe, expect, test } from 'vitest'
import type { ClientStatus } from './client-status.ts'
import { mutation } from './testing/authority.contract.ts'
import { Visit } from './testing/visit.contract.ts'

let visit: Visit

beforeEach(() => {
  visit = Visit.withShop()
})

const add = (name: string) => visit.client.mutate.add({ name, by: 1 })

function statuses(): ClientStatus[] {
  const seen: ClientStatus[] = []
  visit.client.onStatus(() => seen.push(visit.client.status))
  return seen
}

describe('the status', () => {
  test('tells how much of a snapshot has come, in steps of a hundredth', () => {
    visit.client.start()
    visit.transport.socket.open()
    visit.welcome('snapshot')
    const seen = statuses()
    for (let bytes = 1; bytes <= 1000; bytes++) visit.transport.fetch.progress(bytes, 1000)
    expect(seen).toHaveLength(101)
    expect(seen.at(-1)).toMatchObject({ connection: 'catching-up', download: { bytes: 1000, ofBytes: 1000 } })
  })

  test('tells since when the room is out of reach, and when it is tried next', async () => {
    await visit.goLive()
    expect(visit.client.status.outage).toBeNull()
    const since = visit.scheduler.now()
    visit.transport.socket.cut()
    const { outage } = visit.client.status
    expect(outage).toMatchObject({ since })
    expect(outage?.nextTryAt).toBeGreaterThan(since)
    await visit.scheduler.pass(500)
    visit.transport.socket.cut()
    expect(visit.client.status.outage?.since).toBe(since)
    await visit.scheduler.pass(1000)
    expect(visit.client.status).toMatchObject({ connection: 'connecting', outage: { since, nextTryAt: null } })
    visit.client.stop()
    expect(visit.client.status.outage).toBeNull()
  })

  test('follows what the device says of its network: a line that does not answer is given up, and a network that is back is tried', async () => {
    await visit.goLive()
    visit.transport.networkChanged(false)
    await visit.scheduler.pass(3000)
    expect(visit.client.status.connection).toBe('offline')
    const lines = visit.transport.sockets.length
    visit.transport.networkChanged(true)
    expect(visit.transport.sockets).toHaveLength(lines + 1)
    await visit.client.close()
    visit.transport.networkChanged(true)
    expect(visit.transport.sockets).toHaveLength(lines + 1)
  })

  test('says that it recovers from when it was found to differ until it is live', async () => {
    await visit.goLive()
    const seen = statuses()
    visit.transport.socket.receive({ ...visit.shop.nothing().poke, digest: 'f'.repeat(16) })
    await visit.scheduler.settle()
    visit.transport.socket.open()
    visit.welcome('snapshot')
    expect(visit.client.status.connection).toBe('recovering')
    visit.transport.fetch.resolve(visit.shop.snapshot())
    await visit.scheduler.settle()
    visit.welcome()
    visit.transport.socket.receive(visit.shop.nothing().poke)
    await visit.scheduler.settle()
    expect(seen.map(({ connection }) => connection)).toEqual(['connecting', 'recovering', 'connecting', 'recovering', 'live'])
    visit.transport.socket.cut()
    expect(visit.client.status.connection).toBe('offline')
  })
})

describe('a mutation', () => {
  test('is queued, sent and confirmed, and tells each time', async () => {
    await visit.goLive()
    const handle = add('Food')
    const phases = [handle.phase]
    handle.onPhase(() => phases.push(handle.phase))
    expect(visit.client.mutations()).toMatchObject([{ status: 'pending', isSent: false }])
    await visit.scheduler.settle()
    expect(visit.client.mutations()).toMatchObject([{ status: 'pending', isSent: true }])
    await visit.answer()
    expect(phases).toEqual(['queued', 'sent', 'confirmed'])
  })

  test('that was taken back, or failed at the call, is at its end', () => {
    const handle = add('Food')
    handle.cancel()
    expect(handle.phase).toBe('rejected')
    expect(visit.client.mutate.onlyIfNone({ name: 'Food' }).phase).toBe('queued')
    expect(visit.client.mutate.onlyIfNone({ name: 'Food' }).phase).toBe('rejected')
  })

  test('changes the list, which is told once a turn, and no more after the end', async () => {
    await visit.goLive()
    let told = 0
    const end = visit.client.onMutations(() => told++)
    add('Food')
    const [rent] = [add('Rent'), add('Rent')]
    await Promise.resolve()
    expect(told).toBe(1)
    await visit.scheduler.settle()
    await visit.answer()
    await rent?.confirmed
    const before = told
    expect(before).toBeGreaterThan(1)
    visit.client.dismiss(rent?.id ?? '')
    await Promise.resolve()
    expect(told).toBe(before + 1)
    end()
    add('Food')
    await Promise.resolve()
    expect(told).toBe(before + 1)
  })

  test('is listed by status; records that did not change stay the same objects, and who asked for others hears nothing', async () => {
    await visit.goLive()
    const rejected = visit.client.mutate.onlyIfNone({ name: 'Food' })
    await visit.scheduler.settle()
    visit.transport.socket.receive(visit.shop.process('other', [mutation(1, 'add', { name: 'Food', by: 1 })], false).poke)
    await visit.answer()
    expect(await rejected.confirmed).toMatchObject({ ok: false })
    let told = 0
    visit.client.onMutations(() => told++, { status: 'rejected' })
    const before = visit.client.mutations({ status: 'rejected' })
    expect(before.map(({ id }) => id)).toEqual([rejected.id])
    const rent = add('Rent')
    const [pending] = visit.client.mutations({ status: 'pending' })
    expect(pending).toMatchObject({ id: rent.id, isSent: false })
    expect(visit.client.mutations({ limit: 1 })).toEqual([pending])
    expect(visit.client.mutations({ limit: 1 })[0]).toBe(pending)
    await visit.scheduler.settle()
    expect(visit.client.mutations({ status: 'pending' })).toMatchObject([{ id: rent.id, isSent: true }])
    await visit.answer()
    await rent.confirmed
    const now = visit.client.mutations()
    expect(now.map(({ id, status }) => `${id} ${status}`)).toEqual([`${rejected.id} rejected`, `${rent.id} confirmed`])
    expect(now[0]).toBe(before[0])
    expect(visit.client.mutations({ status: 'rejected' })[0]).toBe(before[0])
    expect(told).toBe(0)
    visit.client.dismiss(rejected.id)
    await Promise.resolve()
    expect(told).toBe(1)
    expect(visit.client.mutations({ status: ['rejected', 'pending'] })).toEqual([])
  })

  test('counts among the outcomes when they cannot be saved, and once when they are', async () => {
    await visit.goLive()
    const handle = add('Food')
    await visit.scheduler.settle()
    visit.pendingDisk.full()
    await visit.answer()
    const list = () => visit.client.mutations({ status: 'confirmed' }).map(({ id }) => id)
    expect(list()).toEqual([handle.id])
    expect(visit.client.mutations({ limit: 1 })).toMatchObject([{ id: handle.id, status: 'confirmed' }])
    visit.pendingDisk.mend()
    await visit.scheduler.pass(10_000)
    expect(list()).toEqual([handle.id])
  })

  test('is not listed by what there is not', () => {
    expect(() => visit.client.mutations({ status: 'failed' as 'rejected' })).toThrow(TypeError)
    expect(() => visit.client.mutations({ limit: Number.NaN })).toThrow(TypeError)
  })

  test('whose listener throws goes on, and it is reported', async () => {
    await visit.goLive()
    const handle = add('Food')
    handle.onPhase(() => {
      throw new Error('listener')
    })
    await visit.scheduler.settle()
    await visit.answer()
    expect(await handle.confirmed).toMatchObject({ ok: true })
    expect(visit.failures()).toMatchObject([{ message: 'listener' }, { message: 'listener' }])
  })
})
