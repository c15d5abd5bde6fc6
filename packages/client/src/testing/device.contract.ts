import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutators, Schema } from '@savepoint/core'
import { diskStorage } from '../disk-storage.ts'
import { LocalState } from '../local-state.ts'
import type { ReplicaStorage } from '../storage.ts'
import { Disk } from './failing-driver.contract.ts'
import { shopMutators, shopSchema } from './shop.contract.ts'

const opened: Device[] = []

/** To be called after each test. */
export function closeDevices(): void {
  for (const device of opened.splice(0)) device.close()
}

/** A directory with a client's databases, whose disks can be full. */
export class Device {
  readonly directory: string
  readonly pendingDisk = new Disk()
  readonly baseDisk = new Disk()
  readonly reports: unknown[] = []
  /** True if no base can be removed now. */
  keepsAll = false
  #ids = 0
  #local: LocalState | undefined

  private constructor(from?: string) {
    this.directory = mkdtempSync(join(tmpdir(), 'savepoint-device-'))
    if (from !== undefined) cpSync(from, this.directory, { recursive: true })
    opened.push(this)
  }

  static async open(schema: Schema = shopSchema, mutators: Mutators = shopMutators): Promise<Device> {
    const device = new Device()
    await device.start(schema, mutators)
    return device
  }

  /** What another process would find if this one ended now. */
  async crash(schema: Schema = shopSchema, mutators: Mutators = shopMutators): Promise<Device> {
    const device = new Device(this.directory)
    await device.start(schema, mutators)
    return device
  }

  async start(schema: Schema, mutators: Mutators): Promise<void> {
    const storage = await this.storage()
    const newClientID = () => `${this.directory.slice(-6)}-${++this.#ids}`
    this.#local = new LocalState({ storage, schema, mutators, auth: null, newClientID, report: (error) => this.reports.push(error) })
  }

  async storage(): Promise<ReplicaStorage> {
    const storage = await diskStorage(this.directory)
    return {
      kind: storage.kind,
      openPending: (anew) => this.pendingDisk.wrap(storage.openPending(anew)),
      openBase: (generation, image) => this.baseDisk.wrap(storage.openBase(generation, image)),
      keepOnly: (generation) => {
        if (this.keepsAll) throw new Error('the file is in use')
        storage.keepOnly(generation)
      },
    }
  }

  get local(): LocalState {
    if (this.#local === undefined) throw new Error('The device has not started')
    return this.#local
  }

  rows(sql = 'SELECT name, n FROM items ORDER BY name'): unknown[] {
    return this.local.database.query(sql).map((row) => Object.values(row).join(' '))
  }

  close(): void {
    this.pendingDisk.mend()
    this.baseDisk.mend()
    this.#local?.close()
    this.#local = undefined
    rmSync(this.directory, { recursive: true, force: true })
  }
}
