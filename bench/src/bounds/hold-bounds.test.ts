import { describe, expect, test } from 'vitest'
import type { Contest } from './contest.ts'
import { boundsTable, holdBounds } from './hold-bounds.ts'

const CONTEXT = { effort: 'full', directory: '', progress() {} } as const

/** Work that takes so many times as long as its floor, round by round; at rest it took twice as long. */
function contestOf(ratios: readonly number[], closed: () => void = () => {}): Contest {
  const warmups = Array.from({ length: Math.floor(ratios.length / 5) }, () => 99)
  const left = [...warmups, ...ratios]
  const bound = { work: 'ours', floor: 'byHand', what: 'a call', against: 'by hand', atRest: 2 }
  return {
    name: 'some',
    rounds: ratios.length,
    bounds: [bound],
    open: async () => ({ variants: { ours: async () => 10 * (left.shift() ?? Number.NaN), byHand: async () => 10 }, close: closed }),
  }
}

async function failuresOf(ratios: readonly number[]): Promise<readonly string[]> {
  return boundsTable(await holdBounds(contestOf(ratios), CONTEXT)).failures ?? []
}

describe('the bounds', () => {
  test('hold at rest, and while single rounds are disturbed', async () => {
    expect(await failuresOf([2, 2, 2, 2, 2])).toEqual([])
    expect(await failuresOf([2, 9, 2.2, 0.1, 80])).toEqual([])
  })

  test('are broken by what is slower in most rounds, and the report says what', async () => {
    expect(await failuresOf([3.2, 2, 3.4, 3.2, 2])).toEqual([expect.stringMatching(/^a call, against by hand: 3\.20 .* at most 3\.00 /)])
  })

  test('close what they have opened, also if a round fails', async () => {
    let closed = 0
    const contest = contestOf([2, 2, 2], () => closed++)
    await holdBounds(contest, CONTEXT)
    const broken: Contest = {
      ...contest,
      open: async (context) => ({ ...(await contest.open(context)), variants: { ours: () => Promise.reject(new Error('broken')) } }),
    }
    await expect(holdBounds(broken, CONTEXT)).rejects.toThrow('broken')
    expect(closed).toBe(2)
  })
})
