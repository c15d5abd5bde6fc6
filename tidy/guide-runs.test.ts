import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { docExamples } from './doc-examples.ts'
import { ROOT, readRepo } from './repo.ts'

const PAGE = 'docs/guide/simulator.md'
const DIRECTORY = join(ROOT, '.cache', 'guide-runs')
const CONDITIONS = ['--conditions=@savepoint/source', '--import', pathToFileURL(join(ROOT, 'node_modules/tsx/dist/loader.mjs')).href]

/** However busy the machine is, they are to come to the end. */
const PATIENCE = ['--time', '1h', '--shrink', '1h']

const repo = readRepo()
const page = repo.get(PAGE) ?? ''

/** The commands on the page, and what it says that they print. */
const commands = [...page.matchAll(/```console\n\$ npx savepoint-sim (.*)\n([\s\S]*?)```/g)].map(([, command = '', output = '']) => ({
  command,
  output,
}))

beforeAll(() => {
  rmSync(DIRECTORY, { recursive: true, force: true })
  mkdirSync(DIRECTORY, { recursive: true })
  for (const { name, lines, page: from } of docExamples(repo).examples)
    if (from === PAGE) writeFileSync(join(DIRECTORY, name), lines.join('\n'))
  writeFileSync(join(DIRECTORY, 'package.json'), '{ "type": "module" }')
  const config = { resolve: { conditions: ['@savepoint/source'] }, ssr: { resolve: { conditions: ['@savepoint/source'] } } }
  writeFileSync(join(DIRECTORY, 'vitest.config.js'), `export default ${JSON.stringify(config)}`)
})

afterAll(() => rmSync(DIRECTORY, { recursive: true, force: true }))

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, args, { cwd: DIRECTORY })
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

/** A line with what may be otherwise from version to version made the same: names of clients, numbers, IDs, columns of spaces. */
function masked(line: string): string {
  return line
    .replace(/,? *…$/, '')
    .replace(/\b(alice|bob|carol|dave|erin)\b/g, 'CLIENT')
    .replace(/\b[\w-]{21}\b/g, 'ID')
    .replace(/-[0-9a-f]{8}\.json/g, '-#.json')
    .replace(/-?\d[\d,.]*/g, '#')
    .replace(/\s+/g, ' ')
    .trim()
}

test('the test of the page passes', async () => {
  const { code, stdout, stderr } = await run(join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run')
  expect(stdout + stderr).toMatch(/our mutators converge/)
  expect(code).toBe(0)
})

test('the page shows commands', () => {
  expect(commands.map(({ command }) => command.split(' ')[0])).toEqual(['run', 'run', 'list'])
})

test('its commands print what it says, in this order', async () => {
  for (const { command, output } of commands) {
    const { stdout, stderr } = await run(
      ...CONDITIONS,
      join(ROOT, 'packages/simulator/src/cli.ts'),
      ...command.split(' '),
      ...(command.startsWith('run ') ? PATIENCE : []),
    )
    const printed = stdout.split('\n').map(masked)
    let at = 0
    for (const line of output.split('\n').map(masked)) {
      if (line === '') continue
      const found = printed.findIndex((one, i) => i >= at && one.startsWith(line))
      expect(found, `${PAGE}: $ savepoint-sim ${command}\ndoes not print: ${line}\nbut:\n${stdout}${stderr}`).not.toBe(-1)
      at = found
    }
  }
  expect(readdirSync(join(DIRECTORY, 'savepoint-cases'))).toHaveLength(1)
})
