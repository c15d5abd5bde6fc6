import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** In memory where the system has that: flushes cost nothing there, and no simulation is in need of them. */
const IN_MEMORY = '/dev/shm'

/** A new directory for the files of a simulation, removed when the process exits, or by `remove`. */
export function simulationDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'savepoint-simulation-'))
  const remove = () => {
    process.off('exit', remove)
    rmSync(path, { recursive: true, force: true })
  }
  process.on('exit', remove)
  return { path, remove }
}
