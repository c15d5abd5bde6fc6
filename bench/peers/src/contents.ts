import { randomBytes } from 'node:crypto'

/** A thing as all systems have it: texts of 16, 32 and 64 characters that hardly compress, two integers. */
interface Thing {
  readonly id: number
  readonly title: string
  readonly author: string
  readonly note: string
  readonly likes: number
  readonly at: number
}

/** The thing with this id. */
export function makeThing(id: number): Thing {
  const text = (length: number) =>
    randomBytes(length / 2)
      .toString('hex')
      .toUpperCase()
  return { id, title: text(16), author: text(32), note: text(64), likes: id % 1000, at: 1_700_000_000_000 + id }
}
