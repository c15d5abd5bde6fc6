import { UsageError } from '../command-line.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'
import { falseAlarmLine, trialLine, trialsHead } from './print-trials.ts'
import { tryAll } from './try-all.ts'

interface RunOptions {
  /** Of the one bug to be planted; all are, without. */
  readonly name: string | undefined
  readonly seeds: number
  readonly stopsAtFailure: boolean
  readonly print: (line: string) => void
}

/**
 * Plants bugs and prints which of them the simulator catches. True if it catches all, and finds nothing where there is none.
 * @throws UsageError if there is no bug of that name
 */
export async function runPlanted({ name, seeds, stopsAtFailure, print }: RunOptions): Promise<boolean> {
  const bugs = PLANTED_BUGS.filter((bug) => name === undefined || bug.name === name)
  if (bugs.length === 0)
    throw new UsageError(`There is no planted bug '${name}'. There are: ${PLANTED_BUGS.map((bug) => bug.name).join(', ')}`)
  print(trialsHead())
  const { trials, falseAlarms } = await tryAll({ bugs, seeds, stopsAtFailure, onTrial: (trial) => print(trialLine(trial)) })
  for (const alarm of falseAlarms) print(falseAlarmLine(alarm))
  const [only] = trials
  if (name !== undefined && only?.caught?.violation) print(`\n${only.bug.about}\n${only.caught.seed}: ${only.caught.violation.message}`)
  const caught = trials.filter((trial) => trial.caught !== undefined).length
  print(`${caught} of ${trials.length} caught`)
  return caught === trials.length && falseAlarms.length === 0
}
