import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { readConfig } from './config.ts'

function configured(config: unknown, env: { [name: string]: string } = {}) {
  const directory = temporaryDirectory()
  const file = join(directory, 'savepoint.json')
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config))
  return { directory, read: () => readConfig(file, env) }
}

const least = { app: './app.js', directory: 'data' }

test('the least that works, with paths from where the file is', () => {
  const { directory, read } = configured(least)
  expect(read()).toEqual({ app: join(directory, 'app.js'), directory: join(directory, 'data'), shutdownMs: 8000, directoryWaitMs: 30_000 })
})

test('all of it', () => {
  const rest = {
    port: 0,
    hostname: '127.0.0.1',
    origins: ['https://app.example', 'http://localhost:5173'],
    retention: { versions: 10, ageMs: 1000, outcomes: 5, outcomesAgeMs: 2000 },
    log: 'info',
    metrics: { port: 9464, hostname: '10.0.0.1' },
    threads: 2,
    threadHeapMbMax: 100,
    mutatorMsMax: 500,
    limits: { roomsOpen: 3, socketBufferBytes: 1000 },
    shutdownMs: 0,
    directoryWaitMs: 1,
  }
  const { directory, read } = configured({ app: '/srv/app.js', directory: '../data', ...rest })
  expect(read()).toEqual({ app: '/srv/app.js', directory: join(directory, '../data'), ...rest })
})

test('the environment comes first', () => {
  const env = {
    SAVEPOINT_APP: '/srv/other.js',
    SAVEPOINT_DIRECTORY: '/var/lib/savepoint',
    PORT: '80',
    SAVEPOINT_HOSTNAME: '::1',
    SAVEPOINT_ORIGINS: 'https://a.example, https://b.example',
    SAVEPOINT_RETENTION_VERSIONS: '5',
    SAVEPOINT_RETENTION_OUTCOMES_AGE_MS: '6',
    SAVEPOINT_LOG: 'debug',
    SAVEPOINT_METRICS_PORT: '9',
    SAVEPOINT_THREADS: '1',
    SAVEPOINT_THREAD_HEAP_MB_MAX: '2',
    SAVEPOINT_MUTATOR_MS_MAX: '3',
    SAVEPOINT_LIMITS_SOCKET_BUFFER_BYTES: '6',
    SAVEPOINT_SHUTDOWN_MS: '7',
    SAVEPOINT_DIRECTORY_WAIT_MS: '8',
  }
  const expected = {
    app: '/srv/other.js',
    directory: '/var/lib/savepoint',
    port: 80,
    hostname: '::1',
    origins: ['https://a.example', 'https://b.example'],
    retention: { versions: 5, outcomesAgeMs: 6 },
    log: 'debug',
    metrics: { port: 9 },
    threads: 1,
    threadHeapMbMax: 2,
    mutatorMsMax: 3,
    limits: { roomsOpen: 4, socketBufferBytes: 6 },
    shutdownMs: 7,
    directoryWaitMs: 8,
  }
  const limits = { roomsOpen: 4 }
  expect(configured({ ...least, port: 1, retention: { versions: 1 }, limits }, env).read()).toEqual(expected)
  expect(configured({ limits }, { ...env, SAVEPOINT_PORT: '81', HOME: '/root' }).read()).toEqual({ ...expected, port: 81 })
  expect(configured(least, { PORT: '' }).read().port).toBeUndefined()
})

test.each<[unknown, RegExp]>([
  ['{', /savepoint\.json is no JSON: /],
  [[], /It is \[\], and an object is wanted/],
  [{}, /app: it is missing; it is the path of the module .*\n {2}directory: it is missing; it is the path/],
  [{ ...least, app: 1 }, /^[^\n]*\n {2}app: 1 is not the path of the module[^\n]*$/],
  [{ ...least, prot: 80 }, /prot: there is no such field; did you mean "port"\?/],
  [{ ...least, colour: 'red' }, /colour: there is no such field; there are app, directory, port, /],
  [{ ...least, retention: 5 }, /retention: it is an object of versions, ageMs, outcomes, outcomesAgeMs/],
  [{ ...least, retention: { version: 5 } }, /retention\.version: there is no such field; did you mean "retention\.versions"\?/],
  [
    { ...least, retention: { versions: -1 } },
    /retention\.versions: -1 is not a whole number of versions that a room’s log keeps whole from 0\n?$/,
  ],
  [{ ...least, port: '8080' }, /port: "8080" is not a port, a whole number from 0 to 65535/],
  [{ ...least, port: 65_536 }, /port: 65536 is not a port/],
  [{ ...least, socketBufferBytes: 5 }, /socketBufferBytes: there is no such field; did you mean "limits\.socketBufferBytes"\?/],
  [{ ...least, limits: 5 }, /limits: it is an object of roomsOpen, clientsPerRoom, /],
  [{ ...least, limits: { roomOpen: 5 } }, /limits\.roomOpen: there is no such field; did you mean "limits\.roomsOpen"\?/],
  [{ ...least, limits: { pendingPerClient: 1999 } }, /limits\.pendingPerClient: 1999 is not a whole number of mutations from 2000\n?$/],
  [{ ...least, limits: { changesPerMutation: 5_000_000 } }, /is not a whole number of characters of changed rows from 1 to 4194304/],
  [{ ...least, threads: 0 }, /threads: 0 is not a whole number of threads, at least 1/],
  [{ ...least, origins: ['*'] }, /origins: \["\*"\] is not a list of origins .*, or "\*" for all/],
  [{ ...least, origins: 'https://a.example' }, /origins: "https:\/\/a\.example" is not a list of origins/],
  [{ ...least, origins: ['https://a.example/'] }, /origins: .* without a path/],
  [{ ...least, shutdownMs: 1.5 }, /shutdownMs: 1\.5 is not a whole number of milliseconds/],
  [{ ...least, shutdownMs: 2 ** 31 }, /shutdownMs: 2147483648 is not/],
  [{ ...least, hostname: '' }, /hostname: "" is not the name or address/],
  [{ ...least, __proto__x: 1, hostname: 'x'.repeat(1000), port: -1 }, /__proto__x: .*\n {2}port: -1/],
])('%j cannot be used, and it says all that is wrong', (config, message) => {
  expect(configured(config).read).toThrow(message)
})

test('pages of all origins may come, if that is said', () => {
  expect(configured({ ...least, origins: '*' }).read().origins).toBe('*')
  expect(configured(least, { SAVEPOINT_ORIGINS: '*' }).read().origins).toBe('*')
})

test('a variable that is wrong is named', () => {
  expect(configured(least, { PORT: '80a' }).read).toThrow('PORT: "80a" is not a port')
  expect(configured(least, { SAVEPOINT_ORIGINS: 'a.example' }).read).toThrow('SAVEPOINT_ORIGINS: ["a.example"] is not a list of origins')
  expect(configured(least, { SAVEPOINT_LIMITS_ROOMS_OPEN: '0' }).read).toThrow('SAVEPOINT_LIMITS_ROOMS_OPEN: 0 is not a whole number')
})

test('no file', () => {
  expect(() => readConfig('/nowhere/savepoint.json', {})).toThrow('There is no file /nowhere/savepoint.json; --config names')
})
