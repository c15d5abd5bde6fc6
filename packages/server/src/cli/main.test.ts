import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { roomPaths } from '../node/room-files.ts'
import { Line } from '../testing/line.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { TestClient } from '../testing/test-client.ts'

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url))
const NODE_MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url))
const SHOP = pathToFileURL(fileURLToPath(new URL('../testing/shop.ts', import.meta.url))).href
const SHOP_APP = pathToFileURL(fileURLToPath(new URL('../testing/shop-app.ts', import.meta.url))).href
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

let directory: string

beforeEach(() => {
  directory = temporaryDirectory()
  symlinkSync(NODE_MODULES, join(directory, 'node_modules'))
  write('package.json', '{ "type": "module" }')
  write('app.ts', `export { app } from ${JSON.stringify(SHOP_APP)}\n`)
  write('savepoint.json', '{ "app": "./app.ts", "directory": "./data", "port": 0, "hostname": "127.0.0.1" }')
})

function write(file: string, text: string): void {
  writeFileSync(join(directory, file), text)
}

interface Run {
  readonly child: ChildProcess
  readonly output: { stdout: string; stderr: string }
  /** What the process exited with: a code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string | null>
}

function run(args: readonly string[], env: { [name: string]: string } = {}): Run {
  const child = spawn(process.execPath, ['--conditions=@savepoint/source', '--import', TSX, CLI, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...env },
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk) => {
      output[name] += chunk
    })
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, output, ended }
}

async function savepointServer(...args: string[]): Promise<{ code: number | string | null; stdout: string; stderr: string }> {
  const { output, ended } = run(args)
  return { code: await ended, ...output }
}

/** Waits until the process prints something like this, or ends. */
async function printed({ child, output, ended }: Run, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(output.stdout) ?? pattern.exec(output.stderr)
    if (found !== null) return found
    const code = await Promise.race([
      once(child.stdout as NodeJS.ReadableStream, 'data'),
      once(child.stderr as NodeJS.ReadableStream, 'data'),
      ended,
    ])
    if (!Array.isArray(code)) throw new Error(`It ended with ${code}: ${output.stdout}${output.stderr}`)
  }
}

async function serve(env: { [name: string]: string } = {}, ...args: string[]): Promise<Run & { url: string }> {
  const server = run(args, env)
  const [, port] = await printed(server, /Savepoint listens on http:\/\/localhost:(\d+); its rooms are in .*data/)
  return { ...server, url: `http://127.0.0.1:${port}` }
}

async function connect(url: string, clientID?: string, room = 'shop'): Promise<TestClient> {
  const client = new TestClient(await dial(url, room), clientID)
  const { epoch } = (await (await fetch(`${url}/rooms/${room}/changes?since=0`)).json()) as { epoch: string }
  client.adopt(null, { epoch, version: 0 })
  await client.greet()
  return client
}

function dial(url: string, room = 'shop'): Promise<Line> {
  return Line.dial(`${url.replace('http', 'ws')}/rooms/${room}/socket`)
}

/** Longer work than any drain waits for. */
const SLOW = `import { defineMutators } from '@savepoint/core'
import { defineApp } from '@savepoint/server'
import { shopMutators, shopSchema } from ${JSON.stringify(SHOP)}
const mutators = defineMutators({
  ...shopMutators.definitions,
  crunch(_tx, ms: number) {
    for (const end = performance.now() + ms; performance.now() < end; );
  },
})
export const app = defineApp({ schema: shopSchema, mutators })
`

/** Queues half a minute of work, the first of which is done. */
async function overload(client: TestClient): Promise<void> {
  client.push(...Array.from({ length: 100 }, () => client.mutation('crunch', 300)))
  await client.outcome(1)
}

describe('start', () => {
  test('serves the app, and a signal drains it, tells the clients, and exits with 0', async () => {
    const server = await serve()
    const client = await connect(server.url)
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    client.push(client.mutation('addItem', { title: 'milk' }))
    // Its outcome is on the way when the signal comes, or comes before the refusal.
    expect(await client.outcome(2)).toMatchObject({ ok: true })
    server.child.kill('SIGTERM')
    expect(await client.refusal()).toMatchObject({ code: 'going-away' })
    expect(await server.ended).toBe(0)
    expect(server.output).toEqual({ stdout: expect.stringMatching(/\nSIGTERM: .*\nClosed\n$/), stderr: '' })
    const again = await serve({}, 'start', '--config', 'savepoint.json')
    const other = await connect(again.url, 'other')
    expect(other.query('SELECT title FROM items ORDER BY title')).toEqual([{ title: 'milk' }, { title: 'tea' }])
    again.child.kill('SIGINT')
    expect(await again.ended).toBe(0)
  })

  test('what cannot be drained is cut off at the deadline, or by a second signal', async () => {
    write('slow.ts', SLOW)
    const config = { app: './slow.ts', directory: './data', port: 0, hostname: '127.0.0.1' }
    write('savepoint.json', JSON.stringify({ ...config, shutdownMs: 1 }))
    const late = await serve()
    await overload(await connect(late.url))
    late.child.kill('SIGTERM')
    expect(await late.ended).toBe(1)
    expect(late.output.stderr).toBe('Not all was drained within 1 ms. What was acknowledged is kept, and the rest clients push again\n')
    write('savepoint.json', JSON.stringify({ ...config, shutdownMs: 600_000 }))
    const impatient = await serve()
    await overload(await connect(impatient.url, 'other'))
    impatient.child.kill('SIGTERM')
    await printed(impatient, /SIGTERM: no more is taken in/)
    impatient.child.kill('SIGINT')
    expect(await impatient.ended).toBe(130)
  })

  test('[G6] [G9] a mutator that does not end is rejected, others go on, and a signal drains all the same', async () => {
    const server = await serve({ SAVEPOINT_MUTATOR_MS_MAX: '500', SAVEPOINT_THREADS: '2' })
    // These two are in different threads, by their names.
    const [bad, good] = [await connect(server.url, 'bad', 'bad'), await connect(server.url, 'good', 'shop')]
    const loop = bad.mutation('loop', { title: 'never' })
    bad.push(loop)
    expect(await bad.refusal()).toMatchObject({ code: 'unavailable' })
    expect(await good.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    bad.line = await dial(server.url, 'bad')
    await bad.greet()
    bad.push(loop, bad.mutation('addItem', { title: 'rice' }))
    expect([await bad.outcome(1), await bad.outcome(2)]).toMatchObject([{ ok: false, code: 'timeout' }, { ok: true }])
    bad.push(bad.mutation('loop', { title: 'never' }))
    // It has come to the room when something else of it is answered.
    await fetch(`${server.url}/rooms/bad/changes?since=0`)
    server.child.kill('SIGTERM')
    expect(await good.refusal()).toMatchObject({ code: 'going-away' })
    expect(await server.ended).toBe(0)
    expect(server.output.stdout).toMatch(/\nClosed\n$/)
    expect(JSON.parse(server.output.stderr.split('\n')[0] ?? '')).toMatchObject({
      event: 'thread-ended',
      reason: 'mutator-timeout',
      rooms: 1,
      room: 'bad',
      client: 'bad',
      mutationID: 1,
    })
  })

  test('[G6] a query that does not end does not keep the process: it kills itself', async () => {
    const server = await serve({ SAVEPOINT_MUTATOR_MS_MAX: '500' })
    const bad = await connect(server.url, 'bad')
    const mutation = bad.mutation('loopInQuery')
    bad.push(mutation)
    await printed(server, /"event":"thread-stuck","room":"shop"/)
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe('SIGKILL')
    expect(server.output).toMatchObject({
      stdout: expect.stringMatching(/\nClosed\n$/),
      stderr: expect.stringMatching(/A query that does not end holds its thread, so the process kills itself\. .*\n$/),
    })
    const again = await serve()
    bad.line = await dial(again.url)
    await bad.greet()
    bad.push(mutation)
    expect(await bad.outcome(1)).toMatchObject({ ok: false, code: 'timeout' })
  })

  test('a new server waits for the old one to leave the directory', async () => {
    const old = await serve()
    const client = await connect(old.url)
    const next = run([])
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    old.child.kill('SIGTERM')
    const [, port] = await printed(next, /listens on http:\/\/localhost:(\d+)/)
    expect(await old.ended).toBe(0)
    expect((await connect(`http://127.0.0.1:${port}`, 'other')).base).toMatchObject({ version: 1 })
  })

  test.each<[string, { [name: string]: string }, string[], number, RegExp]>([
    ['no configuration', {}, ['--config', 'other.json'], 2, /^There is no file other\.json/],
    ['a field that is wrong', { SAVEPOINT_PORT: 'http' }, [], 2, /SAVEPOINT_PORT: "http" is not a port/],
    ['no module', { SAVEPOINT_APP: 'nowhere.js' }, [], 2, /^There is no module .*nowhere\.js/],
    ['a module that fails', { SAVEPOINT_APP: 'broken.ts' }, [], 2, /broken\.ts cannot be loaded: Error: no database/],
    [
      'a module without an app',
      { SAVEPOINT_APP: 'other.ts' },
      [],
      2,
      /app: it is missing, and is what defineApp returns; the module exports authorise, mutators\n {2}authorise: did you mean "authorize"\?/,
    ],
    ['an unknown command', {}, ['strat'], 2, /^There is no command "strat"; did you mean "start"\?\n\nUsage: /],
    ['a port that is taken', { SAVEPOINT_PORT: 'TAKEN' }, [], 1, /^Port \d+ on 127\.0\.0\.1 is in use\. Nothing was opened/],
    [
      'a port of the figures that is taken',
      { SAVEPOINT_METRICS_PORT: 'TAKEN' },
      [],
      1,
      /^metrics: port \d+ on 127\.0\.0\.1 cannot be listened on/,
    ],
    [
      'a directory that is taken',
      { SAVEPOINT_DIRECTORY: 'taken', SAVEPOINT_DIRECTORY_WAIT_MS: '1' },
      [],
      1,
      /^Another server uses the directory .*taken/,
    ],
  ])('%s: it says so, and exits', async (_, env, args, code, message) => {
    write('broken.ts', "throw new Error('no database')\n")
    write('other.ts', 'export const mutators = {}\nexport const authorise = () => null\n')
    mkdirSync(join(directory, 'taken'))
    const taken = openBetterSqlite3(join(directory, 'taken/server.lock'))
    taken.exec('BEGIN EXCLUSIVE')
    onTestFinished(() => taken.close())
    const listener = createServer().listen(0, '127.0.0.1')
    await once(listener, 'listening')
    onTestFinished(() => void listener.close())
    const port = String((listener.address() as AddressInfo).port)
    const { output, ended } = run(
      args,
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace('TAKEN', port)])),
    )
    expect(await ended).toBe(code)
    expect(output.stderr).toMatch(message)
    expect(output.stdout).toBe('')
  })
})

test('--help and --version', async () => {
  expect(await savepointServer('--help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: savepoint-server/), stderr: '' })
  expect(await savepointServer('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

test('backup while it runs, verify, damage, and restore', async () => {
  const server = await serve()
  const client = await connect(server.url)
  for (const title of ['tea', 'milk', 'salt']) await client.call('addItem', { title })
  expect(await savepointServer('backup', '--out', 'backups')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^shop: version 3, [\d.]+ kB\n1 room, [\d.]+ kB, backed up to .*backups\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\n$/,
    ),
    stderr: '',
  })
  const sound =
    /^shop: version 3, digest [0-9a-f]{16}, 1 client; the log replayed from version 0 gives the same\n1 room checked, all sound\n$/
  expect(await savepointServer('verify')).toMatchObject({ code: 0, stdout: expect.stringMatching(sound) })
  expect(await savepointServer('verify', '--from', 'backups')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^shop \(backup of .*\): version 3, /),
  })
  expect(await savepointServer('restore', '--from', 'backups', '--force')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Another server uses/),
  })
  server.child.kill('SIGTERM')
  await server.ended

  const file = openBetterSqlite3(roomPaths(join(directory, 'data'), 'shop').database)
  file.exec("UPDATE items SET stock = 9 WHERE title = 'milk'")
  file.close()
  const damaged = await savepointServer('verify', '--room', 'shop')
  expect(damaged).toMatchObject({ code: 1, stdout: '' })
  expect(damaged.stderr).toMatch(
    /^shop: DAMAGED\n {2}The rows have digest .*\n {2}items: the row .* is not as the log says\.\n1 room checked, 1 of them damaged\. Restore/,
  )

  expect(await savepointServer('restore', '--from', 'backups')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^The room "shop" is in .* already/),
  })
  expect(await savepointServer('restore', '--from', 'backups', '--room', 'shop', '--at', '2', '--force')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^shop: version 2 \(from the start, by the log of .*\); what was there is kept in .*replaced-.*\.db\n1 room restored to .*data/,
    ),
  })
  expect(await savepointServer('verify')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shop: version 2, /) })
  const again = await serve()
  const other = await connect(again.url, 'other')
  expect(other.query('SELECT title, stock FROM items ORDER BY title')).toEqual([
    { title: 'milk', stock: 0 },
    { title: 'tea', stock: 0 },
  ])
  expect(other.base?.epoch).not.toBe(client.base?.epoch)
})

test.each<[string[], RegExp]>([
  [['backup', '--out', 'b'], /^There is no directory .*data/],
  [['verify'], /^There is no directory .*data/],
  [['verify', '--from', 'b'], /^There is no backup in .*b, nor is it one/],
  [['restore', '--from', 'b'], /^There is no backup in/],
  [['restore', '--from', 'b', '--at', '3'], /^--at with a version needs --room/],
])('%j cannot be: exit code 2, and why', async (args, message) => {
  const { code, stdout, stderr } = await savepointServer(...args)
  expect(stderr).toMatch(message)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(existsSync(join(directory, 'b'))).toBe(false)
  expect(readdirSync(directory)).not.toContain('data')
})
