import { join } from 'node:path'
import { loadWaSqlite } from '@savepoint/client/node'
import type { Driver } from '@savepoint/sqlite'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { randomOf } from '../random.ts'
import { FileDisk } from './file-disk.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { simulationDirectory } from './simulation-directory.ts'
import { WaDisk } from './wa-disk.ts'

/** Where runs get their disks: what is expensive to make is shared by all of them. */
export class DiskFactory {
  readonly #module: WaSqliteModule
  readonly #directory = simulationDirectory()
  #count = 0

  static async open(): Promise<DiskFactory> {
    return new DiskFactory(await loadWaSqlite())
  }

  private constructor(module: WaSqliteModule) {
    this.#module = module
  }

  /** A new, empty disk of a node. */
  create(seed: string, node: string, engine: SimulatedDisk['engine']): SimulatedDisk {
    const random = randomOf(seed, `disk ${node}`)
    if (engine === 'wa-sqlite') return WaDisk.create({ module: this.#module, random })
    return FileDisk.create({ directory: join(this.#directory.path, String(++this.#count)), random })
  }

  /** A database of its own in memory, on the clients' engine. */
  openImage(bytes: Uint8Array): Driver {
    return openWaSqlite(this.#module, { bytes })
  }

  close(): void {
    this.#directory.remove()
  }
}
