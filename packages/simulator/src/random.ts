import { randomID, seededRandom } from '@savepoint/core'

/** Chance from a seed: what generators draw from. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** @throws RangeError if the list is empty */
  pick<T>(list: readonly T[]): T
  /** 21 URL-safe characters. */
  id(): string
}

/** A stream of its own for each key: what is drawn from one shifts no other. */
export function randomOf(seed: string, key: string): Random {
  const next = seededRandom(`${seed}/${key}`)
  return {
    next,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (probability) => next() < probability,
    pick(list) {
      if (list.length === 0) throw new RangeError('random.pick was given an empty list')
      return list[Math.floor(next() * list.length)] as (typeof list)[number]
    },
    id: () => randomID(next),
  }
}
