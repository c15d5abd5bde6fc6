import { WorkloadError } from '../scenario/workload-error.ts'
import { MutatorHangs } from '../watchdog/watchdog.ts'
import { OutOfBounds } from '../world/out-of-bounds.ts'
import { parseCommandLine, USAGE, UsageError } from './command-line.ts'
import { listCommand } from './list-command.ts'
import { repeatCommand } from './repeat-command.ts'
import { runCommand } from './run-command.ts'

/** Does what a command line says. Returns the exit code: 0 all held, 1 something did not, 2 it could not be tried. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parse(args)
    if (command.type === 'help') console.log(USAGE)
    if (command.type === 'run') return await runCommand(command)
    if (command.type === 'repeat') return await repeatCommand(command)
    if (command.type === 'list') return await listCommand(command)
    return 0
  } catch (error) {
    if (error instanceof MutatorHangs || error instanceof OutOfBounds) {
      console.error(error.message)
      return 1
    }
    if (!(error instanceof UsageError || error instanceof WorkloadError)) throw error
    console.error(error.message)
    return 2
  }
}

function parse(args: readonly string[]): ReturnType<typeof parseCommandLine> {
  try {
    return parseCommandLine(args)
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message}\n\n${USAGE}`)
    throw error
  }
}
