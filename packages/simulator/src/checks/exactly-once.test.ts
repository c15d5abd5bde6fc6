import type { LogEntry } from '@savepoint/server'
import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { ExactlyOnce } from './exactly-once.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

async function committed(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [new ExactlyOnce(new WorldModel())])
  await world.call('ann', 'add', { title: 'Milk' })
  await world.call('ann', 'onlyOnClients')
  await world.commit('ann')
  return world
}

function append(world: TinyWorld, changed: Partial<LogEntry>): void {
  const { log } = world.room()
  log.push({ ...(log[0] as LogEntry), version: log.length + 1, mutationID: log.length + 1, ...changed })
}

test('[G1] each call once, as it was made, and told as it was logged', async () => {
  const world = await committed()
  await world.deliver('ann', 'bob')
  await world.rest()
})

test('[G1] a call that took effect twice', async () => {
  const world = await committed()
  append(world, {})
  await expect(world.rest()).rejects.toThrow(
    /"add" of client ann .* took effect twice: at version 1, and again the log of room room has at version 3/,
  )
})

test('[G1] a mutation that nobody made', async () => {
  const world = await committed()
  append(world, { seed: 'made-up' })
  await expect(world.rest()).rejects.toThrow('Nobody made the mutation that the log of room room has at version 3')
})

test('[G1] other arguments than those of the call', async () => {
  const world = await committed()
  await world.call('bob', 'add', { title: 'Bread' })
  append(world, { seed: 'seed-3-of-bob', args: '{"json":{"title":"Bred"}}' })
  await expect(world.rest()).rejects.toThrow('Client bob called "add" {"json":{"title":"Bread"}}, but')
})

test('[G1] changes of a rejected mutation', async () => {
  const world = await committed()
  await world.call('bob', 'add', { title: 'Bread' })
  append(world, {
    seed: 'seed-3-of-bob',
    args: '{"json":{"title":"Bread"}}',
    outcome: '{"ok":false,"reason":"rejected","code":"a","message":"b"}',
  })
  await expect(world.rest()).rejects.toThrow('"add" of client bob was rejected, but')
})

test('[G1] a client that is told something else', async () => {
  const world = await committed()
  const told = { type: 'settled', id: 'seed-1-of-ann', mutationID: 1, name: 'add' } as const
  await expect(world.emit('ann', { ...told, outcome: { ok: true, value: '{"json":"else"}' } })).rejects.toThrow(
    'but the log says it was confirmed with',
  )
  await expect(world.emit('ann', { ...told, outcome: { ok: false, reason: 'rejected', code: 'a', message: 'b' } })).rejects.toThrow(
    'was rejected (a: b)',
  )
  await world.call('bob', 'add', { title: 'Bread' })
  await expect(world.emit('bob', { ...told, id: 'seed-3-of-bob', outcome: { ok: true, value: '' } })).rejects.toThrow('but no log has it')
})

test('[G1] a call that was taken back, and took effect', async () => {
  const world = await committed()
  await world.call('bob', 'add', { title: 'Bread' })
  const call = world.calls.get('seed-3-of-bob')
  if (call !== undefined) call.isCancelled = true
  await world.emit('bob', { type: 'cancelled', id: 'seed-3-of-bob' })
  await expect(world.commit('bob')).rejects.toThrow('was taken back, but the log of room room has at version 3')
  await expect(world.emit('bob', { type: 'cancelled', id: 'seed-3-of-bob' })).rejects.toThrow('took "add" (seed-3-of-bob) back')
})

test('[G1] a copy of a profile may have sent what the other took back', async () => {
  const world = await committed()
  await world.call('bob', 'add', { title: 'Bread' })
  await world.emit('bob', { type: 'fault', fault: 'copy-profile', about: '' })
  const call = world.calls.get('seed-3-of-bob')
  if (call !== undefined) call.isCancelled = true
  await world.commit('bob')
})
