import type { Sentence } from './narrate.ts'

/**
 * What is to be read next: of the sentences after the one that was read last, the heaviest, and of equal ones the latest. Null if
 * there is none.
 * @param story the latest first
 * @param readThrough the order of the one that was read last
 */
export function headlineAfter(story: readonly Sentence[], readThrough: number): Sentence | null {
  let best: Sentence | null = null
  for (const sentence of story) {
    if (sentence.order <= readThrough) break
    if (best === null || sentence.weight > best.weight) best = sentence
  }
  return best
}
