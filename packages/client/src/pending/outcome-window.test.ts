import { encodeData, seededRandom } from '@savepoint/core'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { expect, test } from 'vitest'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import { OutcomeWindow } from './outcome-window.ts'
import type { SettledMutation } from './pending-mutation.ts'
import { PendingStore } from './pending-store.ts'

const module = await loadWaSqlite()

const settled = (seed: string, ok: boolean): SettledMutation => ({
  name: 'add',
  args: encodeData({ name: seed }),
  createdAt: 1,
  seed,
  outcome: ok ? { ok, value: encodeData(seed) } : { ok, reason: 'rejected', code: 'no', message: 'no' },
})

test.each(Array.from({ length: 30 }, (_, i) => `window-${i + 1}`))(
  'shows what the store has, and the same objects as before, whatever is added, trimmed or dismissed: %s',
  (seed) => {
    const random = seededRandom(seed)
    const below = (n: number) => Math.floor(random() * n)
    const store = PendingStore.open(openWaSqlite(module), () => 'c')
    const windows = [new OutcomeWindow(store, true), new OutcomeWindow(store, false)] as const
    const shown = new Map<string, object>()
    const forget = (one: string) => {
      for (const window of windows) window.forget(one)
      shown.delete(one)
    }
    const add = (seeds: readonly string[], ok: boolean) => {
      store.settle({ settled: seeds.map((one) => settled(one, ok)), confirmed: 0, folded: 0 })
      for (const one of seeds) forget(one)
    }
    let made = 0
    for (let step = 0; step < 60; step++) {
      const there = store.settled()
      const one = there[below(3) === 0 ? there.length - 1 : below(there.length)]?.seed ?? ''
      const dice = below(20)
      if (dice === 0)
        add(
          Array.from({ length: 700 }, () => `${++made}`),
          true,
        )
      else if (dice < 8)
        add(
          Array.from({ length: below(4) }, () => `${++made}`),
          below(2) === 0,
        )
      else if (dice < 10 && one !== '') add([one], below(2) === 0)
      else if (dice < 15) {
        store.dismiss(one)
        forget(one)
      } else {
        const ok = below(2) === 0
        const count = below(2) === 0 ? Number.POSITIVE_INFINITY : below(6)
        const has = store.settled().filter(({ outcome }) => outcome.ok === ok)
        const got = windows[ok ? 0 : 1].newest(count).map(({ record }) => record)
        const wanted = has.slice(Math.max(0, has.length - count)).map((mutation) => mutation.seed)
        expect(got.slice(Math.max(0, got.length - count)).map(({ id }) => id)).toEqual(wanted)
        expect(got.map(({ id }) => id)).toEqual(has.slice(has.length - got.length).map((mutation) => mutation.seed))
        for (const record of got) {
          expect(shown.get(record.id) ?? record).toBe(record)
          shown.set(record.id, record)
        }
      }
    }
    store.close()
  },
)
