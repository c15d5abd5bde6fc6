import type { Mutators, Schema } from '@savepoint/core'
import { Digest, SyncedDatabase } from '@savepoint/sqlite'
import type { ReceivedSnapshot, Snapshot, SnapshotSink } from './connection/transport.ts'
import { Diverged } from './replica/advance.ts'
import { openReplica } from './replica/open-replica.ts'
import { Replica } from './replica/replica.ts'
import type { ReplicaStorage } from './storage.ts'

/** Snapshots up to this size are scanned whole to check their digest: some 50 ms. Of larger ones only what pokes touch is checked. */
const CHECKED_SNAPSHOT_BYTES_MAX = 4 * 1024 * 1024

interface BasesOptions {
  readonly storage: ReplicaStorage
  readonly schema: Schema
  readonly mutators: Mutators
  readonly auth: unknown
  /** An error that was survived. */
  readonly report: (error: unknown) => void
}

/** The replica on the base of the current generation, and the snapshot that is made ready beside it to follow it. */
export class Bases {
  readonly #options: BasesOptions
  #replica: Replica
  #generation: number
  #staged: Replica | undefined

  /**
   * Opens the current base; if that is of no use, an empty one of the next generation.
   *
   * @param moved called before a base of another generation is made: the disk is to point there
   * @throws whatever the storage throws
   */
  constructor(options: BasesOptions, clientID: string, generation: number, moved: (generation: number) => void) {
    this.#options = options
    this.#generation = generation
    const { storage, schema, mutators, auth, report } = options
    storage.keepOnly(generation)
    const open = () => openReplica({ open: () => storage.openBase(this.#generation), schema, mutators, clientID, auth, report })
    const known = open()
    if (known !== undefined) {
      this.#replica = known
      return
    }
    this.#generation++
    moved(this.#generation)
    storage.keepOnly(this.#generation)
    const fresh = open()
    if (fresh === undefined) throw new Error('A new base cannot be read back. Nothing was opened; what is pending is kept.')
    this.#replica = fresh
  }

  get replica(): Replica {
    return this.#replica
  }

  get generation(): number {
    return this.#generation
  }

  /** On a snapshot that is not the base yet. */
  get staged(): Replica | undefined {
    return this.#staged
  }

  /** Takes a snapshot's file as it comes. Undefined if the storage takes whole ones only. */
  receive(): SnapshotSink | undefined {
    return this.#options.storage.receive?.(this.#generation + 1)
  }

  /** Makes ready a snapshot that becomes the base when it is adopted. */
  stage(snapshot: Snapshot | ReceivedSnapshot, clientID: string): void {
    const { storage, schema, mutators, auth } = this.#options
    const { epoch, version, digest } = snapshot
    const [image, size] = 'bytes' in snapshot ? [snapshot.bytes, snapshot.bytes.length] : (['received', snapshot.received] as const)
    const driver = storage.openBase(this.#generation + 1, image)
    try {
      const database = SyncedDatabase.open(driver, schema, mutators)
      if (size <= CHECKED_SNAPSHOT_BYTES_MAX && database.scanDigest().toString() !== digest) {
        throw new Diverged(`The snapshot at version ${version} does not have the digest that the server gave with it`)
      }
      const start = { position: { epoch, version }, digest: Digest.parse(digest) }
      this.#staged = new Replica(database, { clientID, auth, start })
    } catch (error) {
      driver.close()
      this.sweep()
      throw error
    }
  }

  unstage(): void {
    if (this.#staged === undefined) return
    this.#staged.close()
    this.#staged = undefined
    this.sweep()
  }

  /** What is staged takes the place of the base. */
  adopt(): void {
    if (this.#staged === undefined) return
    this.#replica.close()
    this.#replica = this.#staged
    this.#generation++
    this.#staged = undefined
  }

  /** Removes bases of other generations. One that cannot be removed now is removed with the next. */
  sweep(): void {
    if (this.#staged !== undefined) return
    try {
      this.#options.storage.keepOnly(this.#generation)
    } catch (error) {
      this.#options.report(error)
    }
  }

  close(): void {
    this.#replica.close()
  }
}
