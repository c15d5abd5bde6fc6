import type { Random } from '../random.ts'
import type { LineProfile } from '../scenario/network-profiles.ts'

/** When the silence that covers `at` is over; `at` itself if there is none. */
export type SilenceEnd = (at: number) => number

/**
 * The silences of a line, over all of virtual time. They are drawn in order and kept, so that the answer for a time does not
 * depend on what was asked before.
 */
export function drawSilences({ everyMs, forMs: [min, max] }: NonNullable<LineProfile['silence']>, random: Random): SilenceEnd {
  const silences: { readonly from: number; readonly to: number }[] = []
  let drawnTo = 0
  return (at) => {
    while (drawnTo <= at) {
      const from = drawnTo - Math.log(1 - random.next()) * everyMs
      drawnTo = from + min + random.next() * (max - min)
      silences.push({ from, to: drawnTo })
    }
    return silences.find(({ from, to }) => from <= at && at < to)?.to ?? at
  }
}
