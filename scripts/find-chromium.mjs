// Finds a Chromium for the browser tests, and installs one where there is none. Needs nothing but Node; says what it does
// on stderr.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * The path of an executable, or undefined if Playwright's own is to be used.
 * @param {string} playwrightsOwn where Playwright would have put its own
 * @param {string} playwrightCli its command, as a JavaScript file
 * @returns {string | undefined}
 */
export function findChromium(playwrightsOwn, playwrightCli) {
  const given = process.env.SAVEPOINT_CHROMIUM
  if (given) return given
  if (existsSync(playwrightsOwn)) return undefined
  const found = inSystem()
  if (found) return found
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0) {
    say('Installing Chromium with apt-get …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const apt = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', process.stderr, process.stderr] }).status === 0
    apt('update')
    apt('install', '-y', '--no-install-recommends', 'chromium')
    const installed = inSystem()
    if (installed) return installed
  }
  say("Installing Playwright's Chromium …")
  const install = spawnSync(process.execPath, [playwrightCli, 'install', 'chromium'], { stdio: ['ignore', process.stderr, process.stderr] })
  if (install.status === 0 && existsSync(playwrightsOwn)) return undefined
  say('No Chromium was found, and none could be installed. Install one, or name it: SAVEPOINT_CHROMIUM=/path/to/chromium npm test')
  process.exit(1)
}

function inSystem() {
  return SYSTEM.find((path) => existsSync(path))
}

function say(message) {
  process.stderr.write(`setup: ${message}\n`)
}
