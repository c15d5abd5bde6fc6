import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench, Effort } from './bench.ts'
import type { Table } from './report/table.ts'

/** Runs a benchmark in a directory of its own, under the system's one for temporary files. */
export async function runBench(bench: Bench, effort: Effort, progress: (text: string) => void): Promise<readonly Table[]> {
  const directory = mkdtempSync(join(tmpdir(), `savepoint-bench-${bench.name}-`))
  try {
    return await bench.run({ effort, directory, progress })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
