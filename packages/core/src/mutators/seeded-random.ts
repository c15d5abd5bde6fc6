import { hashText } from '../values/hash-text.ts'

const ID_LENGTH = 21
const ID_ALPHABET = 'useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict'

/**
 * A stream of numbers in [0, 1) that depends on the seed alone. Source: sfc32 from PractRand, by Chris Doty-Humphrey.
 */
export function seededRandom(seed: string): () => number {
  let [a, b, c, d] = hashText(seed)
  return () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
}

/** An ID in nanoid's alphabet and length, drawn from `random`. */
export function randomID(random: () => number): string {
  let id = ''
  for (let i = 0; i < ID_LENGTH; i++) id += ID_ALPHABET[Math.floor(random() * 64)]
  return id
}
