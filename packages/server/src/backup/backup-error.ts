/** Why a backup, or a restore from one, cannot be. */
type BackupErrorCode =
  /** There is nothing there that this release can read as a backup. */
  | 'no-backup'
  /** Neither the directory nor a backup has this room. */
  | 'no-room'
  /** No backup, and no log in one, reaches this version or time. */
  | 'no-point'
  /** The room is there already. */
  | 'room-exists'
  /** A file is not what was written. */
  | 'damaged'

/** Something that was asked of a backup cannot be done; the message says what was kept, and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: BackupErrorCode
  constructor(code: BackupErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
