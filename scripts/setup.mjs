// Makes a checkout ready to run: dependencies installed, SQLite's native binding built and proven. It is the first
// step of `npm start` and `npm test`, so it needs nothing but Node, writes only to stderr, and says nothing when there
// is nothing to do.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MIN = [20, 19]
const BUILD_TOOLS = ['python3', 'make', 'g++']
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.savepoint-setup')

requireNode()
const wanted = stamp()
const found = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined
if (found !== wanted || !bindingOpens()) setUp()

function setUp() {
  const started = performance.now()
  rmSync(stampFile, { force: true })
  if (process.platform === 'linux') provideBuildTools()
  say(`${found === undefined ? 'Installing' : 'Updating'} dependencies; SQLite's binding may be compiled, which takes about a minute …`)
  // `ci` empties node_modules first, which is right only where nothing is known to be good.
  const verb = found === undefined ? 'ci' : 'install'
  if (!npm(verb, '--include=dev', '--no-audit', '--no-fund')) fail(`npm ${verb} failed; its own message is above. ${missingToolsHint()}`)
  if (!bindingOpens()) {
    say('SQLite cannot be opened; building its binding again …')
    npm('rebuild', 'better-sqlite3', '--ignore-scripts=false')
    if (!bindingOpens(true)) fail(`better-sqlite3 is installed, but cannot open a database. ${missingToolsHint()}`)
  }
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, wanted)
  say(`Ready after ${Math.round((performance.now() - started) / 1000)} s.`)
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return
  fail(`Savepoint needs Node ${NODE_MIN.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).`)
}

/** What an installation depends on; with another stamp it has to be looked at again. */
function stamp() {
  const lockfile = readFileSync(join(root, 'package-lock.json'))
  return createHash('sha256').update(lockfile).update(`\n${process.version} ${process.platform} ${process.arch}`).digest('hex')
}

/** In a process of its own: a binding that failed to load cannot be loaded again by the process that tried. */
function bindingOpens(showError = false) {
  const probe = "new (require('better-sqlite3'))(':memory:').close()"
  const options = { cwd: join(root, 'packages', 'sqlite'), stdio: ['ignore', 'ignore', showError ? process.stderr : 'ignore'] }
  return spawnSync(process.execPath, ['--input-type=commonjs', '-e', probe], options).status === 0
}

function npm(...args) {
  // Inside `npm run`, this is the very npm that is running; as a JavaScript file it needs no shell on Windows either.
  const script = process.env.npm_execpath
  const [command, ...first] = script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm']
  const options = {
    cwd: root,
    env: npmEnv(),
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32' && command === 'npm',
  }
  return spawnSync(command, [...first, ...args], options).status === 0
}

/** node-gyp downloads Node's headers unless it is shown those that were installed with this Node. */
function npmEnv() {
  const prefix = dirname(dirname(process.execPath))
  if (!existsSync(join(prefix, 'include', 'node', 'node.h'))) return process.env
  return { ...process.env, npm_package_config_node_gyp_nodedir: prefix }
}

function provideBuildTools() {
  const missing = missingTools()
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    say(`Not found: ${missing.join(', ')}. They are needed if no ready-made SQLite binding can be downloaded for this machine.`)
    return
  }
  say(`Installing ${missing.join(', ')} with apt-get …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', process.stderr, process.stderr] }).status === 0
  if (!apt('update') || !apt('install', '-y', '--no-install-recommends', ...missing)) say('apt-get failed; its own message is above.')
}

function missingTools() {
  return BUILD_TOOLS.filter((tool) => !onPath(tool))
}

function missingToolsHint() {
  const missing = process.platform === 'linux' ? missingTools() : []
  if (missing.length === 0) return ''
  return `Its SQLite binding may have to be compiled, and this machine lacks ${missing.join(', ')}: install them (Debian: apt-get install ${missing.join(' ')}) and try again.`
}

function onPath(tool) {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => directory !== '' && existsSync(join(directory, tool)))
}

function say(message) {
  process.stderr.write(`setup: ${message}\n`)
}

function fail(message) {
  say(message.trim())
  process.exit(1)
}
