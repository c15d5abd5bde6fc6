import type { Shot } from './shot.ts'

/** Attempts at making one shot smaller. */
const ATTEMPTS_MAX = 300

/** The least of a shot that still fails: fewer parts, then fewer bytes of each. */
export async function minimise(shot: Shot, fails: (shot: Shot) => Promise<boolean>): Promise<Shot> {
  let attempts = 0
  const still = async (smaller: Shot) => smaller.parts.length > 0 && attempts++ < ATTEMPTS_MAX && (await fails(smaller))
  let least = shot
  // The upgrade stays, or there would be no frames.
  const first = shot.door === 'socket' ? 1 : 0
  for (let at = least.parts.length - 1; at >= first; at--) {
    const smaller = { ...least, parts: least.parts.filter((_, i) => i !== at) }
    if (await still(smaller)) least = smaller
  }
  if (shot.door === 'socket') return least
  for (let at = 0; at < least.parts.length; at++) {
    for (let size = (least.parts[at]?.bytes.length ?? 0) >> 1; size >= 1; size >>= 1) {
      for (let from = 0; from < (least.parts[at]?.bytes.length ?? 0); ) {
        const smaller = without(least, at, from, size)
        if (await still(smaller)) least = smaller
        else from += size
      }
    }
  }
  return least
}

function without({ door, parts }: Shot, at: number, from: number, size: number): Shot {
  const cut = (bytes: Buffer) => Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + size)])
  return { door, parts: parts.map((part, i) => (i === at ? { ...part, bytes: cut(part.bytes), breaks: true } : part)) }
}
