import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url))
const NODE_MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url))
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'savepoint-sim-'))
  symlinkSync(NODE_MODULES, join(directory, 'node_modules'))
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
  writeModule('good.ts', "tx.run('INSERT INTO items VALUES (?, ?)', [tx.id(), name])")
  writeModule('bad.ts', "tx.run('INSERT INTO items VALUES (?, ?)', [tx.id(), name + Math.random()])")
  writeModule('hollow.ts', '', '() => { throw new Error("no rows") }')
  writeFileSync(join(directory, 'other.ts'), 'export const other = 1\n')
  writeFileSync(join(directory, 'broken.ts'), "throw new Error('cannot be set up')\n")
  writeFileSync(join(directory, 'wrong.ts'), "import { simulation as good } from './good.ts'\nexport default { ...good, clients: -1 }\n")
})

afterAll(() => rmSync(directory, { recursive: true }))

function writeModule(file: string, body: string, args = '(random) => random.pick(["tea", "milk"])'): void {
  const source = `import { defineMutators, defineSchema } from '@savepoint/core'
const schema = defineSchema({ name: 'shop', version: 1, sql: 'CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL)' })
const mutators = defineMutators({ add(tx, name: string) { ${body} } })
export const simulation = { schema, mutators, workload: { add: ${args} }, clients: 2, mutations: 10, runs: 3 }
`
  writeFileSync(join(directory, file), source)
}

async function savepointSim(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--conditions=@savepoint/source', '--import', TSX, CLI, ...args], { cwd: directory })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, ...output }
}

test('runs in which all holds are summed up, on one line of JSON if asked', async () => {
  const { code, stdout, stderr } = await savepointSim('run', 'good.ts', '--runs', '2')
  expect(stderr).toBe('')
  expect(stdout).toMatch(
    /^2 runs with \d+ calls in [\d.]+ s: [\d,]+ seconds of clients' lives each second\n {2}add: \d+ calls, \d+ confirmed.*\nFaults met: /,
  )
  expect(code).toBe(0)
  const json = await savepointSim('run', 'good.ts', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, runs: 3, isCutShort: false, calls: expect.any(Number) })
})

test('what fails is told, kept, listed and repeated, and holds once it is mended', async () => {
  const failed = await savepointSim('run', 'bad.ts', '--report', 'failed.html')
  expect(failed.code).toBe(1)
  expect(failed.stdout).toMatch(/calls add\(/)
  expect(failed.stdout).toMatch(/DOES NOT HOLD .*"add".*Math\.random/)
  expect(failed.stdout).toMatch(/the least that still fails of seed "1\/\d": 1 client, 1 call and 0 other events, of 2 clients/)
  expect(readFileSync(join(directory, 'failed.html'), 'utf8')).toMatch(/<html.*Math\.random/s)

  const [file, ...others] = readdirSync(join(directory, 'savepoint-cases'))
  expect(others).toEqual([])
  const [, command] = /Repeat it: npx savepoint-sim (.*)/.exec(failed.stdout) ?? []
  expect(command).toBe(`repeat bad.ts savepoint-cases/${file}`)

  const repeated = await savepointSim(...`${command} --report repeated.html`.split(' '))
  expect(repeated.code).toBe(1)
  expect(repeated.stdout).toMatch(/DOES NOT HOLD/)
  const again = await savepointSim('run', 'bad.ts', '--json')
  expect(JSON.parse(again.stdout)).toMatchObject({
    ok: false,
    runs: 1,
    guarantee: 'G3',
    checker: 'determinism',
    case: expect.stringContaining(String(file)),
  })
  expect(readdirSync(join(directory, 'savepoint-cases'))).toEqual([file])

  const listed = await savepointSim('list', 'bad.ts')
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(listed.stdout).toMatch(/^savepoint-cases\/.*\.json\n {2}1 client, 1 call and 0 other events\n {2}fails \(determinism\): /)
  const mended = await savepointSim('list', 'good.ts')
  expect(mended.stdout).toMatch(/ {2}holds now\n$/)
})

test('a seed is told as a whole, and pings only if asked', async () => {
  const { code, stdout } = await savepointSim('repeat', 'good.ts', '1/2')
  expect(code).toBe(0)
  expect(stdout).toMatch(/All is as it should be/)
  expect(stdout).toMatch(/2 clients, \d+ calls? and \d+ other events?; seed "1\/2", trace [0-9a-f]{16}\n$/)
  const { stdout: more } = await savepointSim('repeat', 'good.ts', '1/2', '--everything')
  expect(more.split('\n').length).toBeGreaterThan(stdout.split('\n').length)
})

test.each<[string[], RegExp]>([
  [['run'], /^run needs a module.*\n\nUsage: /],
  [['run', 'nowhere.ts'], /^There is no module .*nowhere\.ts\n$/],
  [['run', 'other.ts'], /^other\.ts exports other: it needs an export "simulation"/],
  [['run', 'broken.ts'], /broken\.ts cannot be loaded: Error: cannot be set up\n/],
  [['run', 'wrong.ts'], /^These options cannot be simulated:\n {2}clients: -1 is below 1/],
  [['run', 'hollow.ts'], /^The generator of "add" failed \(seed "1\/1", action \d+\): no rows\n$/],
  [['repeat', 'good.ts', 'nowhere.json'], /^There is no case .*nowhere\.json\n$/],
  [
    ['repeat', 'good.ts', 'package.json'],
    /package\.json is no case of this app: This is not a scenario that can be run:\n {2}type: there is no such field/,
  ],
])('%j cannot be tried: exit code 2, and why', async (args, message) => {
  const { code, stdout, stderr } = await savepointSim(...args)
  expect(stderr).toMatch(message)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})
