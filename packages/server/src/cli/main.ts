import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { BackupError } from '../backup/backup-error.ts'
import { backupCommand } from './backup-command.ts'
import { type Command, parseCommandLine, USAGE } from './command-line.ts'
import { readConfig, type ServerConfig } from './config.ts'
import { restoreCommand } from './restore-command.ts'
import { startCommand } from './start-command.ts'
import { UsageError } from './usage-error.ts'
import { verifyCommand } from './verify-command.ts'

/** Does what a command line says. Returns the exit code: 0 done, 1 something is wrong, 2 what was asked for cannot be. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await run(parse(args), env)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return error instanceof UsageError || (error instanceof BackupError && error.code !== 'damaged') ? 2 : 1
  }
}

async function run(command: Command, env: NodeJS.ProcessEnv): Promise<number> {
  switch (command.type) {
    case 'help':
      console.log(USAGE)
      return 0
    case 'version':
      console.log(version())
      return 0
    case 'start':
      return await startCommand(configOf(command, env))
    case 'backup':
      return await backupCommand(command, configOf(command, env))
    case 'restore':
      return await restoreCommand(command, configOf(command, env))
    case 'verify':
      return await verifyCommand(command, configOf(command, env))
  }
}

function configOf({ config, directory }: { config: string; directory?: string }, env: NodeJS.ProcessEnv): ServerConfig {
  const read = readConfig(config, env)
  return directory === undefined ? read : { ...read, directory: resolve(directory) }
}

function parse(args: readonly string[]): Command {
  try {
    return parseCommandLine(args)
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message}\n\n${USAGE}`)
    throw error
  }
}

/** The package's; from source and built, it is two directories up. */
function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
