import { expect, test } from 'vitest'
import { parseCommandLine } from './command-line.ts'

test('what is said is read, and nothing else is assumed', () => {
  expect(parseCommandLine(['run', 'sim.ts'])).toEqual({ type: 'run', module: 'sim.ts', json: false })
  expect(
    parseCommandLine([
      'run',
      'sim.ts',
      '--runs',
      '7',
      '--seed',
      'x',
      '--time',
      '1.5s',
      '--shrink',
      '2m',
      '--cases',
      'c',
      '--report',
      'r.html',
      '--json',
    ]),
  ).toEqual({
    type: 'run',
    module: 'sim.ts',
    runs: 7,
    seed: 'x',
    timeMs: 1500,
    shrinkMs: 120_000,
    cases: 'c',
    report: 'r.html',
    json: true,
  })
  expect(parseCommandLine(['repeat', 'sim.ts', '1/7', '--everything'])).toEqual({
    type: 'repeat',
    module: 'sim.ts',
    what: '1/7',
    everything: true,
  })
  expect(parseCommandLine(['list', '--cases', 'c', 'sim.ts'])).toEqual({ type: 'list', module: 'sim.ts', cases: 'c' })
  expect(parseCommandLine(['--help'])).toEqual({ type: 'help' })
})

test.each<[string[], RegExp]>([
  [[], /What is to be done\? run, repeat or list/],
  [['walk', 'sim.ts'], /no command "walk"; there are run, repeat, list/],
  [['run'], /run needs a module/],
  [['run', 'sim.ts', 'other.ts'], /run takes no "other.ts"/],
  [['run', 'sim.ts', '--runs', '-1'], /runs/],
  [['run', 'sim.ts', '--runs=-1'], /--runs takes a whole number of at least 1, not "-1"/],
  [['run', 'sim.ts', '--runs', '0'], /--runs takes a whole number of at least 1, not "0"/],
  [['run', 'sim.ts', '--shrink', 'long'], /--shrink takes a time with its unit, as 500ms, 60s or 2m, not "long"/],
  [['run', 'sim.ts', '--time', '60'], /--time takes a time with its unit, as 500ms, 60s or 2m, not "60"/],
  [['run', 'sim.ts', '--everything'], /run takes no --everything/],
  [['run', 'sim.ts', '--cases', ''], /--cases is empty/],
  [['run', 'sim.ts', '--clients', '3'], /--clients/],
  [['repeat', 'sim.ts'], /repeat needs what is to be repeated/],
])('%j is refused, and why', (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(message)
})
