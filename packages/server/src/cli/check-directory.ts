import { existsSync } from 'node:fs'
import { UsageError } from './usage-error.ts'

/** @throws UsageError if there is no data directory: to find no room in it would look as if all were well */
export function checkDirectory(directory: string): void {
  if (!existsSync(directory))
    throw new UsageError(`There is no directory ${directory}; "directory" or --directory names the one of the server`)
}
