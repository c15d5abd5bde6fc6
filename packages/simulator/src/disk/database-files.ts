const SUFFIXES = ['', '-journal', '-wal', '-shm']
const SIDE_FILE = /-(journal|wal|shm)$/
/** Where the header tells whether a log belongs to the file: 2 if so. */
const WRITE_VERSION_AT = 18
const READ_VERSION_AT = 19

/** A database's file, and those that SQLite may put beside it. */
export function databaseFiles(path: string): readonly string[] {
  return SUFFIXES.map((suffix) => path + suffix)
}

export function isDatabase(name: string): boolean {
  return !SIDE_FILE.test(name)
}

/** Marks an image, in place, as one without a log, so that it opens where there is no shared memory. */
export function markAsClosed(image: Uint8Array): Uint8Array {
  for (const at of [WRITE_VERSION_AT, READ_VERSION_AT]) if (image[at] === 2) image[at] = 1
  return image
}
