import { encodeData, type OwnOutcome, type Patch, seededRandom } from '@savepoint/core'
import { afterEach, expect, test } from 'vitest'
import type { ApplyEffect } from './local-state.ts'
import type { PendingMutation } from './pending/pending-mutation.ts'
import { mergePatches } from './replica/merge-patches.ts'
import { closeDevices, Device } from './testing/device.contract.ts'
import { Shop } from './testing/shop.contract.ts'

const STEPS = 40
const SEEDS = 60

afterEach(closeDevices)

/** A room with a log, which takes pushes and answers hellos by the protocol's rules. */
class LoggedShop extends Shop {
  readonly #log: { readonly patch: Patch; readonly clientID: string; readonly outcome: OwnOutcome }[] = []

  lastMutationID(clientID: string): number {
    return this.#log.reduce((last, entry) => (entry.clientID === clientID ? Math.max(last, entry.outcome.mutationID) : last), 0)
  }

  push(clientID: string, mutations: readonly PendingMutation[]): void {
    for (const mutation of mutations) {
      const last = this.lastMutationID(clientID)
      if (mutation.mutationID <= last) continue
      expect(mutation.mutationID).toBe(last + 1)
      const { poke } = this.process(clientID, [mutation])
      for (const outcome of poke.outcomes) this.#log.push({ patch: poke.patch, clientID, outcome })
    }
  }

  catchUp(device: Device): ApplyEffect {
    const { clientID, position, kept, database } = device.local
    const from = position?.version ?? 0
    const tables = new Map(database.tables.map((table) => [table.name, table]))
    const outcomes = this.#log
      .filter((entry) => entry.clientID === clientID && entry.outcome.mutationID > kept)
      .map(({ outcome }) => outcome)
    const patches = this.#log.slice(from).map(({ patch }) => patch)
    const effect = this.nothing(outcomes)
    const poke = { ...effect.poke, from, patch: patches.length === 0 ? [] : mergePatches(patches, tables) }
    return { ...effect, poke, lastMutationID: this.lastMutationID(clientID) }
  }
}

test.each(Array.from({ length: SEEDS }, (_, i) => `seed-${i + 1}`))(
  '[G1] [G3] [G5] calls, cancellations, full disks, lost answers, copies and crashes: %s',
  async (seed) => {
    const random = seededRandom(seed)
    const below = (n: number) => Math.floor(random() * n)
    const shop = new LoggedShop()
    let device = await Device.open()
    const devices: Device[] = []
    const sentBy = new Map<Device, number>()
    device.local.stage(shop.snapshot())
    device.local.apply([{ ...shop.nothing(), lastMutationID: 0, adopt: true }])
    const durable = new Set<string>()
    const cancelled = new Set<string>()
    let made: string[] = []
    let names = 0

    const attempt = (work: () => void): boolean => {
      try {
        work()
        return true
      } catch (error) {
        expect((error as Error).message).toMatch(/full/)
        return false
      }
    }
    const call = (): void => {
      const text = `note-${++names}`
      device.local.add({ name: 'note', args: encodeData({ text }), createdAt: 1, seed: text })
      made.push(text)
    }
    const save = (): void => {
      if (!attempt(() => device.local.save())) return
      for (const text of made) durable.add(text)
      made = []
    }
    const cancel = (): void => {
      const { pending } = device.local
      const victim = pending[below(pending.length)]
      // A copy may have sent it.
      if (victim === undefined || victim.mutationID <= sent() || devices.length > 0) return
      if (attempt(() => device.local.cancel(victim.seed))) cancelled.add(victim.seed)
    }
    const sent = () => sentBy.get(device) ?? 0
    const push = (): void => {
      const { local } = device
      const last = shop.lastMutationID(local.clientID)
      const next = local.pendingAfter(last, below(4)).filter(({ mutationID }) => mutationID <= local.sendable)
      sentBy.set(device, Math.max(sent(), next.at(-1)?.mutationID ?? 0))
      shop.push(local.clientID, next)
    }
    /** Says hello, and pushes, and may not hear the answer. */
    const sync = (): void => {
      let forked = false
      const effect = { ...shop.catchUp(device), fork: devices.length > 0 && below(3) === 0 }
      if (!attempt(() => ({ forked } = device.local.apply([effect])))) return
      if (forked) sentBy.set(device, 0)
      else push()
    }
    const foreign = (): void => {
      shop.push('other', [
        {
          mutationID: shop.lastMutationID('other') + 1,
          name: 'add',
          args: encodeData({ name: 'x', by: 1 }),
          createdAt: 1,
          seed: `f${++names}`,
        },
      ])
    }
    const crash = async (): Promise<void> => {
      device = await device.crash()
      sentBy.set(device, device.local.sendable)
      // What was not durable is gone; what was sent may still come out.
      made = []
    }
    /** From now on there are two under one clientID. */
    const copy = async (): Promise<void> => {
      if (devices.length > 0) return
      save()
      devices.push(device)
      await crash()
    }
    const swap = (): void => {
      const other = devices.shift()
      if (other === undefined) return
      save()
      made = []
      devices.push(device)
      device = other
    }
    const actions = [
      call,
      call,
      call,
      save,
      save,
      cancel,
      sync,
      sync,
      sync,
      foreign,
      crash,
      copy,
      swap,
      swap,
      () => void attempt(() => device.local.fold()),
      () => device.pendingDisk.full(),
      () => device.pendingDisk.mend(),
      () => device.pendingDisk.failCommit(1 + below(3)),
      () => device.baseDisk.full(),
      () => device.baseDisk.mend(),
      () => device.baseDisk.failCommit(1 + below(3)),
    ]
    for (let step = 0; step < STEPS; step++) await actions[below(actions.length)]?.()

    const finish = () => {
      device.pendingDisk.mend()
      device.baseDisk.mend()
      save()
      for (let i = 0; i < 100 && (i < 3 || device.local.pendingCount > 0); i++) sync()
    }
    finish()
    if (devices.length > 0) {
      swap()
      finish()
    }
    device.local.apply([shop.catchUp(device)])
    device.local.fold()
    const notes = shop.authority.database.query('SELECT text FROM notes').map(({ text }) => String(text))
    expect(notes).toEqual([...new Set(notes)])
    expect([...durable].filter((text) => !notes.includes(text) && !cancelled.has(text))).toEqual([])
    expect(notes.filter((text) => cancelled.has(text))).toEqual([])
    expect(device.local.pending).toEqual([])
    expect(device.local.digest).toBe(shop.authority.digest)
    expect(device.local.database.scanDigest().toString()).toBe(shop.authority.digest)
    expect(device.local.records({ status: 'rejected' }, 0)).toEqual([])
  },
)
