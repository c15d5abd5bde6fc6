import { expect, test } from 'vitest'
import { parseCommandLine } from './command-line.ts'

test.each([
  ['', { type: 'start', config: 'savepoint.json' }],
  ['--config a.json', { type: 'start', config: 'a.json' }],
  ['start --config a.json --directory d', { type: 'start', config: 'a.json', directory: 'd' }],
  ['backup --out b', { type: 'backup', config: 'savepoint.json', out: 'b' }],
  ['backup --out b --room r', { type: 'backup', config: 'savepoint.json', out: 'b', room: 'r' }],
  ['restore --from b', { type: 'restore', config: 'savepoint.json', from: 'b', force: false }],
  [
    'restore --from b --room r --at 12 --force',
    { type: 'restore', config: 'savepoint.json', from: 'b', room: 'r', point: { version: 12 }, force: true },
  ],
  [
    'restore --from b --at 2026-11-27T14:05:00.5+01:00',
    { type: 'restore', config: 'savepoint.json', from: 'b', force: false, point: { time: Date.UTC(2026, 10, 27, 13, 5, 0, 500) } },
  ],
  ['verify', { type: 'verify', config: 'savepoint.json' }],
  ['verify --from b --room r', { type: 'verify', config: 'savepoint.json', from: 'b', room: 'r' }],
  ['help', { type: 'help' }],
  ['backup --help', { type: 'help' }],
  ['--version', { type: 'version' }],
])('%s', (line, command) => {
  expect(parseCommandLine(line.split(' ').filter((arg) => arg !== ''))).toEqual(command)
})

test.each([
  ['bakcup', 'There is no command "bakcup"; did you mean "backup"?'],
  ['destroy', 'There is no command "destroy"; there are start, backup, restore, verify'],
  ['start now', 'start takes no "now"'],
  ['start --out b', 'start takes no --out'],
  ['verify --force', 'verify takes no --force'],
  ['--confg a.json', "Unknown option '--confg'"],
  ['backup', 'backup needs --out'],
  ['backup --out=', '--out is empty'],
  ['restore', 'restore needs --from'],
  ['restore --from b --at 12', '--at with a version needs --room'],
  ['restore --from b --at 2026-11-27T14:05:00', '--at takes a version, or a time with its zone'],
  ['restore --from b --at yesterday', 'not "yesterday"'],
  ['restore --from b --at 2026-13-27T14:05:00Z', 'not "2026-13-27T14:05:00Z"'],
])('%s is refused, and it says why', (line, message) => {
  expect(() => parseCommandLine(line.split(' '))).toThrow(message)
})
