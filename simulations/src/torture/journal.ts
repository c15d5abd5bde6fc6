import { writeSync } from 'node:fs'

/** What a client process writes down of its clients, line by line, while it is alive. */
export type JournalLine =
  | {
      readonly type: 'called'
      readonly id: string
      readonly room: string
      readonly client: string
      readonly n: number
      readonly refused: boolean
      /** False if the client is in memory: a kill may take what has no outcome. */
      readonly lasts: boolean
    }
  /** The client has said that it would survive a crash. */
  | { readonly type: 'durable'; readonly id: string }
  /** `isNews`: the server has just told it, and not the client's files. */
  | { readonly type: 'heard'; readonly id: string; readonly heard: 'confirmed' | 'refused'; readonly isNews: boolean }
  | { readonly type: 'reopened' }
  | { readonly type: 'problem'; readonly text: string }

/** Where the pipe of the journal is, in a client process. */
export const JOURNAL_FD = 3

/** Given to the system before this returns: a kill takes nothing of it. */
export function writeJournal(line: JournalLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(JOURNAL_FD, bytes, at)
    } catch (error) {
      // The reader is behind, and makes room.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
