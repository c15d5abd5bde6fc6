import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeScenarios, parseCommandLine, UsageError } from './command-line.ts'
import { runPlanted } from './planted/run-planted.ts'
import { scenarios } from './scenarios.ts'
import { repeatCase } from './soak/repeat-case.ts'
import { type SoakResult, soak } from './soak/soak.ts'

/** Exit codes: 0 all is as it should be, 1 it is not, 2 the command line cannot be read. */
async function main(): Promise<number> {
  const command = parseCommandLine(process.argv.slice(2), scenarios)
  if (command.type === 'list') {
    console.log(describeScenarios(scenarios))
    return 0
  }
  if (command.type === 'planted') {
    const { name, seeds, quick } = command
    return (await runPlanted({ name, seeds, stopsAtFailure: quick, print: console.log })) ? 0 : 1
  }
  const stream = command.json ? process.stderr : process.stdout
  if (command.type !== 'run') {
    const { ok, summary } = await (command.type === 'soak' ? runSoak(command, stream) : repeatCase(command, stream))
    if (command.json) console.log(JSON.stringify(summary))
    return ok ? 0 : 1
  }
  const scenario = scenarios[command.scenario as keyof typeof scenarios]
  const directory = mkdtempSync(join(tmpdir(), `savepoint-${command.scenario}-`))
  try {
    const { ok, summary } = await scenario.run(command.flags, { directory, stream })
    if (command.json) console.log(JSON.stringify(summary))
    return ok ? 0 : 1
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function runSoak(
  { durationMs, seed = randomBytes(4).toString('hex') }: { readonly durationMs: number; readonly seed: string | undefined },
  stream: NodeJS.WritableStream,
): Promise<SoakResult> {
  return await soak({ durationMs, seed, print: (line) => stream.write(`${line}\n`) })
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\n\n${describeScenarios(scenarios)}`)
  process.exitCode = 2
}
