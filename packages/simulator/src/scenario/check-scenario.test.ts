import { describe, expect, test } from 'vitest'
import { checkScenario, scenarioProblems } from './check-scenario.ts'
import { EXAMPLE_APP } from './example-app.contract.ts'
import type { Scenario } from './scenario.ts'

const LINE = { latency: 10 }
const SCENARIO: Scenario = {
  format: 1,
  seed: 's',
  server: { engine: 'wa-sqlite', log: 'remote', versionsKept: 10, clock: { offsetMs: -5, rate: 1.001 } },
  clients: [
    {
      name: 'alice',
      room: 'room-1',
      joinsAt: 0,
      up: LINE,
      down: { latency: { profile: '3g' }, loss: 0.1, duplicate: 0.1, bytesPerSecond: 1000 },
    },
    { name: 'carol', room: 'room-1', joinsAt: 50, up: LINE, down: { latency: { uniform: [1, 5] } }, version: 1, storage: 'memory' },
  ],
  actions: [
    { id: 1, at: 0, do: 'mutate', client: 'alice', name: 'add', args: '{"json":{"id":"x","stock":1}}' },
    { id: 2, at: 10, do: 'copy-profile', client: 'alice', as: 'bob' },
    { id: 3, at: 10, do: 'mutate', client: 'bob', name: 'clear', draw: 2 },
    { id: 4, at: 20, do: 'kill-server', forMs: 100, failpoint: 'after-append', nth: 2, power: true },
    { id: 5, at: 30, do: 'fail-disk', node: 'server', operation: 'sync', nth: 1, times: 2 },
    { id: 6, at: 30, do: 'half-open', client: 'alice', line: 'socket' },
    { id: 7, at: 30, do: 'stall-requests', client: 'alice', forMs: 10, midway: true },
    { id: 8, at: 30, do: 'slow-log', when: 'after', forMs: 10 },
    { id: 9, at: 30, do: 'impersonate', client: 'carol', whom: 'alice' },
    { id: 10, at: 30, do: 'repeat-late', client: 'bob', forMs: 10 },
  ],
  endsAt: 1000,
  drainMs: 1000,
}

test('a whole one passes, with the app and without', () => {
  checkScenario(SCENARIO, EXAMPLE_APP)
  checkScenario(JSON.parse(JSON.stringify(SCENARIO)))
})

type Path = readonly (string | number)[]

/** The scenario with one field set to another value; `undefined` takes it away. */
function having(path: Path, value: unknown): unknown {
  const copy = structuredClone(SCENARIO) as unknown as { [field: string]: unknown }
  let place: { [field: string]: unknown } = copy
  for (const field of path.slice(0, -1)) place = place[field] as { [field: string]: unknown }
  place[String(path.at(-1))] = value
  return copy
}

describe('each error names the field, its value and what it should be', () => {
  test.each<[Path, unknown, string]>([
    [['format'], 2, 'format: 2 is unknown; this version of the simulator reads format 1'],
    [['format'], undefined, 'format: undefined is unknown; this version of the simulator reads format 1'],
    [['seed'], 7, 'seed: 7 is not a text'],
    [['sede'], 7, 'sede: there is no such field; there are format, seed, server, clients, actions, endsAt, drainMs'],
    [['endsAt'], Number.NaN, 'endsAt: NaN is not a number'],
    [['drainMs'], -1, 'drainMs: -1 is negative'],
    [['server'], null, 'server: null is not an object'],
    [['server', 'engine'], 'mysql', 'server.engine: there is no engine "mysql"; there are better-sqlite3, wa-sqlite'],
    [['server', 'log'], 'kafka', 'server.log: there is no log "kafka"; there are embedded, remote'],
    [['server', 'versionsKept'], 1.5, 'server.versionsKept: 1.5 is not a whole number'],
    [['server', 'snapshotLag'], -1, 'server.snapshotLag: -1 is negative'],
    [['server', 'socketBufferBytes'], 0, 'server.socketBufferBytes: 0 is below 1'],
    [['server', 'clock', 'rate'], 0, 'server.clock.rate: 0: a clock goes forward'],
    [['clients'], {}, 'clients: {} is not a list'],
    [['clients', 0], 'alice', 'clients[0]: "alice" is not an object'],
    [['clients', 0, 'name'], '', 'clients[0].name: it is empty'],
    [['clients', 1, 'name'], 'alice', 'clients[1].name: there is another client "alice"'],
    [['clients', 1, 'name'], 'server', 'clients[1].name: "server" means the server'],
    [['clients', 0, 'room'], 'a/b', 'clients[0].room: "a/b" is not a room\'s name: 1 to 128 of A-Z, a-z, 0-9 and _ - . ~ :'],
    [['clients', 0, 'joinsAt'], 2000, 'clients[0].joinsAt: 2000 is above 1000'],
    [['clients', 0, 'up'], 5, 'clients[0].up: 5 is not an object'],
    [['clients', 0, 'up', 'latency'], -3, 'clients[0].up.latency: -3 is negative'],
    [['clients', 0, 'up', 'latency'], Number.NaN, 'clients[0].up.latency: NaN is not a number'],
    [['clients', 0, 'up', 'latency'], {}, 'clients[0].up.latency: {} must have one of uniform, heavyTail, profile'],
    [['clients', 0, 'up', 'latency'], { uniform: [10, 5] }, 'clients[0].up.latency.uniform: the maximum 5 is below the minimum 10'],
    [['clients', 0, 'up', 'latency'], { uniform: [10] }, 'clients[0].up.latency.uniform: [10] is not a minimum and a maximum'],
    [['clients', 0, 'up', 'latency'], { uniform: [1, '5'] }, 'clients[0].up.latency.uniform[1]: "5" is not a number'],
    [
      ['clients', 0, 'up', 'latency'],
      { heavyTail: { median: 50, spread: -1, max: 100 } },
      'clients[0].up.latency.heavyTail.spread: -1 is negative',
    ],
    [
      ['clients', 0, 'up', 'latency'],
      { heavyTail: { median: 50, spread: 1, max: 10 } },
      'clients[0].up.latency.heavyTail: the maximum 10 is below the median 50',
    ],
    [
      ['clients', 0, 'up', 'latency'],
      { profile: '6g' },
      'clients[0].up.latency.profile: there is no profile "6g"; there are lan, wifi, 4g, 3g, flaky-train',
    ],
    [['clients', 0, 'up', 'loss'], 1, 'clients[0].up.loss: 1 is above 0.9'],
    [['clients', 0, 'up', 'duplicate'], 1.5, 'clients[0].up.duplicate: 1.5 is above 1'],
    [['clients', 0, 'up', 'bytesPerSecond'], 0, 'clients[0].up.bytesPerSecond: 0 is below 1'],
    [['clients', 0, 'clock'], { offsetMs: Number.POSITIVE_INFINITY, rate: 1 }, 'clients[0].clock.offsetMs: Infinity is not a number'],
    [['clients', 0, 'version'], 2, 'clients[0].version: 2 is above 1'],
    [['clients', 0, 'version'], -1, 'clients[0].version: -1 is negative'],
    [['clients', 0, 'storage'], 'tape', 'clients[0].storage: there is no storage "tape"; there are disk, memory'],
    [['actions', 0, 'do'], 'explode', 'actions[0].do: there is no action "explode"; there are mutate, cancel, go-offline'],
    [['actions', 0, 'do'], 'constructor', 'actions[0].do: there is no action "constructor"'],
    [['actions', 0], [], 'actions[0]: [] is not an object'],
    [['actions', 0, 'client'], 'bib', 'actions[0].client: there is no client "bib"; there are alice, carol, bob'],
    [['actions', 0, 'name'], 'adds', 'actions[0].name: there is no mutator "adds"; there are add, sell, clear'],
    [['actions', 0, 'args'], '{}', 'actions[0].args: "{}" are not encoded arguments (Encoded data is not superjson'],
    [['actions', 0, 'forMs'], 5, 'actions[0].forMs: there is no such field; there are id, at, do, client, name, args, draw'],
    [['actions', 0, 'id'], 'one', 'actions[0].id: "one" is not a number'],
    [['actions', 1, 'id'], 1, 'actions[1].id: 1 is the ID of actions[0] already'],
    [['actions', 1, 'as'], 'carol', 'actions[1].as: there is another client "carol"'],
    [['actions', 2, 'at'], 5, 'actions[2].at: 5 is before the 10 of the action ahead; actions stand by time'],
    [['actions', 4, 'at'], 1001, 'actions[4].at: 1001 is above 1000'],
    [['actions', 3, 'failpoint'], 'lunch', 'actions[3].failpoint: there is no failpoint "lunch"; there are before-begin, mid-mutator'],
    [['actions', 3, 'nth'], 0, 'actions[3].nth: 0 is below 1'],
    [['actions', 3, 'power'], 'yes', 'actions[3].power: "yes" is neither true nor false'],
    [['actions', 3, 'forMs'], undefined, 'actions[3].forMs: undefined is not a number'],
    [['actions', 5, 'line'], 'request', 'actions[5].line: there is no line "request"; there are socket'],
    [['actions', 6, 'midway'], 1, 'actions[6].midway: 1 is neither true nor false'],
    [['actions', 7, 'when'], 'during', 'actions[7].when: there is no moment "during"; there are before, after'],
    [['actions', 7, 'forMs'], -1, 'actions[7].forMs: -1 is negative'],
    [['actions', 8, 'whom'], 'eve', 'actions[8].whom: there is no client "eve"; there are alice, carol, bob'],
    [['actions', 9, 'forMs'], undefined, 'actions[9].forMs: undefined is not a number'],
    [['actions', 4, 'node'], 'dave', 'actions[4].node: there is no node "dave"; there are server, alice, carol, bob'],
    [['actions', 4, 'operation'], 'read', 'actions[4].operation: there is no operation "read"; there are write, sync'],
  ])('%j = %j', (path, value, problem) => {
    const problems = scenarioProblems(having(path, value), EXAMPLE_APP)
    expect(problems.find((found) => found.startsWith(problem)) ?? problems).toEqual(expect.stringContaining(problem))
  })

  test('all errors come at once', () => {
    const broken = { ...SCENARIO, drainMs: -1, clients: [{ ...SCENARIO.clients[0], joinsAt: -1 }, SCENARIO.clients[1]] }
    expect(() => checkScenario(broken)).toThrow(
      'This is not a scenario that can be run:\n  drainMs: -1 is negative\n  clients[0].joinsAt: -1 is negative',
    )
  })

  test.each([null, 5, 'x', []])('%j is none at all', (value) => {
    expect(() => checkScenario(value)).toThrow(/is not an object/)
  })
})
