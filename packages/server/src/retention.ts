import { type Limit, readNumbers } from './limits.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** How long rooms keep their past. Each can be set with `retention`. The second table of docs/LIMITS.md is made of these. */
export const RETENTION = {
  /** Some hours of a busy room. Who was away for longer takes in a snapshot faster than what has changed. */
  versions: {
    standard: 100_000,
    min: 0,
    unit: 'versions that a room’s log keeps whole',
    over: 'a client that was away for more gets a snapshot',
  },
  /** Who must not keep what their users did sets it; point-in-time restore needs it longer than backups are apart. */
  ageMs: {
    standard: Number.POSITIVE_INFINITY,
    min: 0,
    unit: 'milliseconds that it keeps of these',
    over: 'as over `versions`',
  },
  /** Some 20 MB. Clients confirm within moments; these are of clients that do not come back, or not yet. */
  outcomes: {
    standard: 100_000,
    min: 0,
    unit: 'outcomes that it keeps of versions before, since their clients have not confirmed them',
    over: 'the oldest go; their clients are told `outcome-unknown`',
  },
  /** Longer than devices lie about between two uses. */
  outcomesAgeMs: { standard: 90 * DAY_MS, min: 0, unit: 'milliseconds that it keeps these outcomes', over: 'as over `outcomes`' },
} as const satisfies { readonly [name: string]: Limit }

export type Retention = { readonly [name in keyof typeof RETENTION]: number }

/** @throws TypeError naming what cannot be */
export function readRetention(given: Partial<Retention> = {}): Retention {
  return readNumbers('retention', RETENTION, given)
}
