import { open } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes something into a directory, and has it put on disk.
 * @throws (rejects) what keeps it from it: a full disk, say
 */
export async function checkDisk(directory: string): Promise<void> {
  const file = await open(join(directory, 'server.check'), 'w')
  try {
    await file.write('This file tells whether the disk can be written.\n')
    await file.datasync()
  } finally {
    await file.close()
  }
}
