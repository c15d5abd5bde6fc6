import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Part, Shot } from './shot.ts'

const CASES = fileURLToPath(new URL('./cases/', import.meta.url))

/** A shot that went wrong once, as text. */
interface Case {
  readonly door: Shot['door']
  readonly parts: readonly (Omit<Part, 'bytes'> & { readonly latin1: string })[]
  readonly wrong: string
}

/** Keeps a shot, for every run from now on. Returns where. */
export function saveCase({ door, parts }: Shot, wrong: string): string {
  const kept: Case = { door, parts: parts.map(({ bytes, ...rest }) => ({ latin1: bytes.toString('latin1'), ...rest })), wrong }
  const text = `${JSON.stringify(kept, null, 1)}\n`
  const path = join(CASES, `${createHash('sha256').update(text).digest('hex').slice(0, 8)}.json`)
  writeFileSync(path, text)
  return path
}

/** What went wrong once. */
export function readCases(): readonly { readonly name: string; readonly shot: Shot; readonly wrong: string }[] {
  return readdirSync(CASES).map((name) => {
    const { door, parts, wrong } = JSON.parse(readFileSync(join(CASES, name), 'utf8')) as Case
    return { name, shot: { door, parts: parts.map(({ latin1, ...rest }) => ({ bytes: Buffer.from(latin1, 'latin1'), ...rest })) }, wrong }
  })
}
