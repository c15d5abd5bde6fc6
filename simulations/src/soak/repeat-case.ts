import { writeFileSync } from 'node:fs'
import { simulate } from '@savepoint/simulator'
import { UsageError } from '../command-line.ts'
import { readCase } from './regression-cases.ts'

interface RepeatOptions {
  readonly file: string
  /** Where a page of the run is to be written. */
  readonly report: string | undefined
}

/** Runs a case again, and shows all that happens in it. */
export async function repeatCase(
  { file, report }: RepeatOptions,
  stream: NodeJS.WritableStream,
): Promise<{ readonly ok: boolean; readonly summary: object }> {
  const { app, scenario } = read(file)
  const run = await simulate({ ...app, scenario })
  stream.write(`${run.timeline().join('\n')}\n`)
  if (report !== undefined) {
    writeFileSync(report, run.report({ title: file, command: `npm run simulate -- --repeat ${file}` }))
    stream.write(`${report} shows it.\n`)
  }
  const { violation, traceHash } = run
  return {
    ok: violation === null,
    summary: { ok: violation === null, traceHash, ...(violation && { guarantee: violation.guarantee, message: violation.message }) },
  }
}

function read(file: string): ReturnType<typeof readCase> {
  try {
    return readCase(file)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
