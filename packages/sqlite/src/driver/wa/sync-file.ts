/** A file that is read and written at once: what a `FileSystemSyncAccessHandle` of OPFS is, and a {@link MemoryFile}. */
export interface SyncFile {
  /** Fills `into` from byte `at` on, and tells how many bytes there were. */
  read(into: Uint8Array, options: { readonly at: number }): number
  /** Tells how many bytes were written: fewer than were given, if there is no more room. */
  write(bytes: Uint8Array, options: { readonly at: number }): number
  truncate(size: number): void
  /** What was written survives a loss of power when this returns. */
  flush(): void
  getSize(): number
  close(): void
}
