import { createHash } from 'node:crypto'
import { closeSync, createReadStream, fsyncSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Bytes of a file that are hashed at a time. */
const READ_BYTES = 1024 * 1024

/** SHA-256 of a file's content, hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(bytes as Uint8Array)
  return hash.digest('hex')
}

/** Waits until a file, or what a directory lists, is on the disk. */
export function flush(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Waits until all that is in a directory, at any depth, is on the disk, and that the directory is there. */
export function flushTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) flushTree(path)
    else flush(path)
  }
  flush(directory)
  flush(dirname(directory))
}

/** Writes a small file durably. */
export function writeDurably(path: string, text: string): void {
  writeFileSync(path, text)
  flush(path)
}
