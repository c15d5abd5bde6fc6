import { seededRandom } from '@savepoint/core'

/** Chance from a seed. */
export interface Dice {
  /** A whole number from 0 to below `end`. */
  below(end: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
}

export function diceOf(seed: string): Dice {
  const next = seededRandom(seed)
  const below = (end: number) => Math.floor(next() * end)
  return { below, chance: (probability) => next() < probability, pick: (list) => list[below(list.length)] as (typeof list)[number] }
}
