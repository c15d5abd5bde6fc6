import { expect, test } from 'vitest'
import { SKIP } from '../app.ts'
import { pinArgs } from './pin-args.ts'
import type { Scenario } from './scenario.ts'

test('arguments that a run made take the place of the draw; skipped calls go, and what was not come to stays', () => {
  const call = { at: 0, do: 'mutate', client: 'alice', name: 'add' } as const
  const cut = { id: 5, at: 0, do: 'cut', client: 'alice' } as const
  const actions = [{ ...call, id: 1, draw: 9 }, { ...call, id: 2 }, { ...call, id: 3, draw: 9 }, { ...call, id: 4, args: '' }, cut]
  const scenario: Scenario = { format: 1, seed: 's', server: {}, clients: [], actions, endsAt: 0, drainMs: 0 }
  const made = new Map<number, string | typeof SKIP>([
    [1, '{"json":1}'],
    [2, SKIP],
  ])
  expect(pinArgs(scenario, made).actions).toEqual([{ ...call, id: 1, args: '{"json":1}' }, actions[2], actions[3], cut])
})
