import type { ExactValue, TablePatch } from '@savepoint/core'
import { sameValue } from '@savepoint/core'
import type { Digest } from '../digest/digest.ts'
import type { Driver, Statement } from '../driver/driver.ts'
import { SEQUENCE_TABLE, type SequenceReader, type Sequences, sequenceChange, sequenceRow } from '../schema/sequences.ts'

/**
 * Sets `sqlite_sequence` to what a patch says. Inserting rows moves it, so it is read before them and set after them; what the
 * patch does not name stays as it was.
 */
export class SequenceApplier {
  readonly #reader: SequenceReader
  readonly #update: Statement
  readonly #insert: Statement
  readonly #delete: Statement

  constructor(driver: Driver, reader: SequenceReader) {
    this.#reader = reader
    this.#update = driver.prepare(`UPDATE main.${SEQUENCE_TABLE} SET seq = ? WHERE name = ?`)
    this.#insert = driver.prepare(`INSERT INTO main.${SEQUENCE_TABLE} (seq, name) VALUES (?, ?)`)
    this.#delete = driver.prepare(`DELETE FROM main.${SEQUENCE_TABLE} WHERE name = ?`)
  }

  /** What stands there before the patch's rows are written. */
  read(): Sequences {
    return this.#reader.read()
  }

  apply(patch: TablePatch | undefined, before: Sequences, delta: Digest): void {
    const wanted = new Map(before)
    for (const [name] of patch?.deletes ?? []) wanted.delete(name as string)
    for (const [name, seq] of patch?.puts ?? []) wanted.set(name as string, seq as ExactValue)
    const moved = this.#reader.read()
    for (const name of new Set([...wanted.keys(), ...moved.keys()])) {
      this.#set(name, moved.get(name), wanted.get(name))
      delta.change(sequenceChange(name, sequenceRow(before, name), sequenceRow(wanted, name)))
    }
  }

  close(): void {
    for (const part of [this.#reader, this.#update, this.#insert, this.#delete]) 'close' in part ? part.close() : part.finalize()
  }

  #set(name: string, is: ExactValue | undefined, wanted: ExactValue | undefined): void {
    if (wanted === undefined) {
      if (is !== undefined) this.#delete.run([name])
    } else if (is === undefined) this.#insert.run([wanted, name])
    else if (!sameValue(is, wanted)) this.#update.run([wanted, name])
  }
}
