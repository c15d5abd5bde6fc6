import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { docExamples } from './doc-examples.ts'
import { ROOT, readRepo } from './repo.ts'

const PAGE = 'docs/guide/standalone.md'
const DIRECTORY = join(ROOT, '.cache', 'standalone-runs')
const NODE = ['--conditions=@savepoint/source', '--import', pathToFileURL(join(ROOT, 'node_modules/tsx/dist/loader.mjs')).href]
const SERVER = join(ROOT, 'packages/server/src/cli.ts')
/** The page's, for which another is taken here. */
const PORT = '8787'

const repo = readRepo()
const page = repo.get(PAGE) ?? ''

/** The commands on the page, and what it says that they print. */
const commands = [...page.matchAll(/```console\n\$ npx (.*)\n([\s\S]*?)```/g)].map(([, command = '', output = '']) => ({ command, output }))

let server: ChildProcess | undefined

beforeAll(async () => {
  rmSync(DIRECTORY, { recursive: true, force: true })
  mkdirSync(DIRECTORY, { recursive: true })
  const port = await freePort()
  const write = (file: string, text: string) => writeFileSync(join(DIRECTORY, file), text.replaceAll(PORT, port))
  for (const { name, lines, page: from } of docExamples(repo).examples) if (from === PAGE) write(name, lines.join('\n'))
  write('savepoint.json', /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
  write('package.json', '{ "type": "module" }')
})

afterAll(async () => {
  await stop()
  rmSync(DIRECTORY, { recursive: true, force: true })
})

async function freePort(): Promise<string> {
  const listener = createServer().listen(0)
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  return String(port)
}

function start(command: string): { child: ChildProcess; printed: () => string } {
  const [program, ...args] = command.split(' ')
  const child = spawn(process.execPath, [...NODE, ...(program === 'savepoint-server' ? [SERVER] : []), ...args], { cwd: DIRECTORY })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk
    })
  return { child, printed: () => text }
}

/** Runs a command to its end, or a server until it listens. */
async function run(command: string): Promise<string> {
  const { child, printed } = start(command)
  const ended = once(child, 'close')
  if (command !== 'savepoint-server') await ended
  else {
    server = child
    while (!printed().includes('listens'))
      await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended.then(() => Promise.reject(new Error(printed())))])
  }
  return printed()
}

async function stop(): Promise<void> {
  if (server === undefined || server.exitCode !== null) return
  server.kill('SIGTERM')
  await once(server, 'close')
}

/** A line with what differs from run to run made the same: places, times, digests, numbers with a fraction, ports. */
function masked(line: string): string {
  return line
    .replace(/\/[\w./:-]+\//g, '/')
    .replace(/\d{4}-\d\d-\d\dT[\d:.-]+Z/g, 'TIME')
    .replace(/\b[0-9a-f]{16}\b/g, 'DIGEST')
    .replace(/\d+\.\d+ kB/g, '# kB')
    .replace(/:\d{4,5}\b/g, ':PORT')
    .trim()
}

test('the page shows each command', () => {
  expect(commands.map(({ command }) => command.split(' ').slice(0, 2).join(' '))).toEqual([
    'savepoint-server',
    'tsx client.ts',
    'savepoint-server backup',
    'savepoint-server restore',
    'savepoint-server verify',
  ])
})

test('its commands print what it says, in this order', async () => {
  for (const { command, output } of commands) {
    if (command.includes(' restore ')) await stop()
    const printed = await run(command)
    expect(printed.trim().split('\n').map(masked), `${PAGE}: $ npx ${command}`).toEqual(output.trim().split('\n').map(masked))
  }
})
