const HEADER_BYTES = 100
const WRITE_VERSION_AT = 18
const READ_VERSION_AT = 19
const WAL = 2
const ROLLBACK_JOURNAL = 1

/**
 * Marks the image of a database as one with a rollback journal, in place. A file that says WAL cannot be opened where
 * there is no shared memory, and an image holds no log anyway.
 */
export function clearWalMark(image: Uint8Array): void {
  if (image.length < HEADER_BYTES) return
  if (image[WRITE_VERSION_AT] === WAL) image[WRITE_VERSION_AT] = ROLLBACK_JOURNAL
  if (image[READ_VERSION_AT] === WAL) image[READ_VERSION_AT] = ROLLBACK_JOURNAL
}
