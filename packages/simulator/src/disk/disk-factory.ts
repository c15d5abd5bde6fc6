import { loadWaSqlite } from '@savepoint/client/node'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { randomOf } from '../scenario/random.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { WaDisk } from './wa-disk.ts'

/** Where runs get their disks: what is expensive to make is shared by all of them. */
export class DiskFactory {
  readonly #module: WaSqliteModule

  static async open(): Promise<DiskFactory> {
    return new DiskFactory(await loadWaSqlite())
  }

  private constructor(module: WaSqliteModule) {
    this.#module = module
  }

  /** A new, empty disk of a node. */
  create(seed: string, node: string, _engine: SimulatedDisk['engine']): SimulatedDisk {
    return WaDisk.create({ module: this.#module, random: randomOf(seed, `disk ${node}`) })
  }
}
