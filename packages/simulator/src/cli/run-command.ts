import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { readCases } from '../cases/case-files.ts'
import { contentsOf, count } from '../scenario/contents-of.ts'
import { type Failure, findFailure } from '../stage/find-failure.ts'
import { neverConfirmed } from '../stage/never-confirmed.ts'
import type { SeedsRun } from '../stage/run-seeds.ts'
import { Stage } from '../stage/stage.ts'
import type { RunCommand } from './command-line.ts'
import { Progress } from './progress.ts'
import { asUsage, readInput } from './read-input.ts'
import { repeatLine } from './repeat-line.ts'
import { summaryOf } from './summary.ts'

/** Looks for a run that fails, and tells of it. Returns the exit code. */
export async function runCommand(command: RunCommand): Promise<number> {
  const { type: _, module, report, json, ...overrides } = command
  const { app, search, checks } = await readInput(module, overrides)
  if (search.cases !== undefined) {
    const { cases } = search
    asUsage(() => readCases(cases, app))
  }
  const progress = new Progress(process.stderr)
  const stage = await Stage.open(app, checks)
  const [say, done] = json ? [console.error, console.log] : [console.log, () => {}]
  try {
    let [runs, calls] = [0, 0]
    const { met, failure } = await findFailure(stage, search, {
      onRun: (run) => {
        runs++
        calls += run.calls
        progress.update(() => `${count(runs, 'run')}, ${count(calls, 'call')} …`)
      },
      onFailure: ({ scenario }) => progress.say(`The run with seed ${JSON.stringify(scenario.seed)} fails; it is cut down …`),
    })
    progress.clear()
    if (failure !== null) tellFailure(failure, { module, report, say })
    for (const line of summaryOf(met)) say(line)
    if (failure === null && report !== undefined)
      say(`Nothing failed, so that ${report} is not written; "repeat" writes a page of any seed.`)
    done(JSON.stringify(asJson(met, failure)))
    const untested = failure === null ? neverConfirmed(met, app) : null
    if (untested !== null) throw untested
    return failure === null ? 0 : 1
  } finally {
    progress.clear()
    await stage.close()
  }
}

interface Telling {
  readonly module: string
  readonly report: string | undefined
  readonly say: (line: string) => void
}

function tellFailure({ found, failure, saved }: Failure, { module, report, say }: Telling): void {
  const { seed } = found.scenario
  const command = repeatLine(module, { seed, saved })
  for (const line of failure.timeline()) say(line)
  say('')
  say(
    `This is the least that still fails of seed ${JSON.stringify(seed)}: ${contentsOf(failure.scenario)}, of ${contentsOf(found.scenario)}.`,
  )
  if (saved !== undefined) say(`It is kept in ${relative('.', saved)}.`)
  say(`Repeat it: ${command}`)
  if (report !== undefined) {
    writeFileSync(report, failure.report({ command }))
    say(`A page about it: ${report}`)
  }
  say('')
}

function asJson({ runs, isCutShort, calls, mutators, faults, clientMs, realMs }: SeedsRun, failure: Failure | null): object {
  const met = { runs, isCutShort, calls, mutators: Object.fromEntries(mutators), faults: Object.fromEntries(faults), clientMs, realMs }
  if (failure === null) return { ok: true, ...met }
  const { guarantee, checker, message } = failure.failure.violation ?? {}
  return { ok: false, ...met, seed: failure.found.scenario.seed, guarantee, checker, message, case: failure.saved ?? null }
}
