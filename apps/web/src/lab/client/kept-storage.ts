import type { ReplicaStorage } from '@savepoint/client'
import type { Driver } from '@savepoint/sqlite'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'

interface Kept {
  bytes: Uint8Array | undefined
  driver: Driver | undefined
}

/**
 * A replica's files, in the page's memory. They outlive the client: after `crash`, which it hears nothing of, they hold what was
 * committed, as files on a disk would. They end with the page.
 */
export class KeptStorage implements ReplicaStorage {
  readonly kind = 'memory'
  readonly why = 'The lab keeps files in the memory of the page.'
  readonly #module: WaSqliteModule
  #pending: Kept = { bytes: undefined, driver: undefined }
  #bases = new Map<number, Kept>()

  constructor(module: WaSqliteModule) {
    this.#module = module
  }

  openPending(anew = false): Driver {
    if (anew) this.#pending = { bytes: undefined, driver: undefined }
    return this.#open(this.#pending)
  }

  openBase(generation: number, image?: Uint8Array): Driver {
    const base: Kept = this.#bases.get(generation) ?? { bytes: undefined, driver: undefined }
    this.#bases.set(generation, base)
    if (image !== undefined) base.bytes = image
    return this.#open(base)
  }

  keepOnly(generation: number): void {
    for (const known of [...this.#bases.keys()]) if (known !== generation) this.#bases.delete(known)
  }

  /** The base as it is on file; undefined if there is none. */
  get base(): Uint8Array | undefined {
    return [...this.#bases.values()].at(-1)?.bytes
  }

  /** The process is gone: what it had open is rolled back, and only the files remain. */
  crash(): void {
    for (const kept of [this.#pending, ...this.#bases.values()]) {
      const { driver } = kept
      kept.driver = undefined
      if (driver === undefined) continue
      if (driver.inTransaction) driver.exec('ROLLBACK')
      kept.bytes = driver.serialize()
      driver.close()
    }
  }

  #open(kept: Kept): Driver {
    kept.driver = openWaSqlite(this.#module, kept.bytes === undefined ? {} : { bytes: kept.bytes })
    return kept.driver
  }
}
