// Installs the peers that the comparison runs, if they are not there as the lockfile says. Needs nothing but Node, writes only to stderr.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = import.meta.dirname
const stampFile = join(directory, 'node_modules', '.savepoint-setup')
const wanted = createHash('sha256')
  .update(readFileSync(join(directory, 'package-lock.json')))
  .update(process.version)
  .digest('hex')

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted) {
  process.stderr.write('setup: installing the peers …\n')
  const script = process.env.npm_execpath
  const [command, ...first] = script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm']
  // Nothing is compiled: what some would compile is for storage that nobody uses here.
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const shell = process.platform === 'win32' && command === 'npm'
  const { status } = spawnSync(command, [...first, ...options], {
    cwd: directory,
    stdio: ['ignore', process.stderr, process.stderr],
    shell,
  })
  // Without them the comparison still runs, and says of each what is missing.
  if (status === 0) writeFileSync(stampFile, wanted)
  else process.stderr.write('setup: npm ci failed; its own message is above. The peers are reported as not run.\n')
}
