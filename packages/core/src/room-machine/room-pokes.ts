import { type EncodedOutcome, encodeOwnOutcome, encodePokeBodyText, encodePokeText } from '../protocol/poke.ts'
import type { CommittedBatch } from './room-event.ts'

/**
 * Characters of outcomes in one catch-up. With the patch's own limit it keeps a frame under the protocol's; what is over
 * goes in pokes of its own, after the one that holds the changes, so that confirmed still means visible. The welcome has
 * told the client up to where its mutations are processed, so it does not run these on top of their own effects meanwhile.
 */
const POKE_OUTCOMES_LENGTH_MAX = 4 * 1024 * 1024

/** The pokes that bring a client from one version to another with these outcomes: one, and more only for very many outcomes. */
export function encodePokes(outcomes: readonly EncodedOutcome[], from: number, to: number, digest: string, patch: string): string[] {
  const parts = partOutcomes(outcomes)
  return parts.map((part, i) =>
    encodePokeText(part, i === 0 ? encodePokeBodyText(from, to, digest, patch) : encodePokeBodyText(to, to, digest, '[]')),
  )
}

/**
 * The poke of one batch, for each who gets it: the body is encoded once, and those with no outcomes share one frame. It is
 * never parted, as a batch ends before it grows too long for a frame.
 */
export function encodeBatchPoke({ from, to, digest, patch }: CommittedBatch): (outcomes: readonly EncodedOutcome[]) => string {
  const body = encodePokeBodyText(from, to, digest, patch)
  let watched: string | null = null
  return (outcomes) => {
    if (outcomes.length > 0) return encodePokeText(outcomes.map(encodeOwnOutcome), body)
    watched ??= encodePokeText([], body)
    return watched
  }
}

function partOutcomes(outcomes: readonly EncodedOutcome[]): string[][] {
  let part: string[] = []
  const parts = [part]
  let length = 0
  for (const outcome of outcomes) {
    const text = encodeOwnOutcome(outcome)
    if (length + text.length > POKE_OUTCOMES_LENGTH_MAX && part.length > 0) {
      part = []
      parts.push(part)
      length = 0
    }
    part.push(text)
    length += text.length
  }
  return parts
}
