import type { SimulatedApp } from '../app.ts'
import { actionProblems, type Cast } from './check-action.ts'
import { checkLinkPlan } from './check-link-plan.ts'
import { Inspector, show } from './inspector.ts'
import { type ClientPlan, type Scenario, SERVER, type ServerPlan } from './scenario.ts'

const FORMAT = 1

/** As the server names rooms. */
const ROOM_NAME = /^[A-Za-z0-9_\-.~:]{1,128}$/

type Fields<T> = readonly (keyof T & string)[]

const SCENARIO_FIELDS: Fields<Scenario> = ['format', 'seed', 'server', 'clients', 'actions', 'endsAt', 'drainMs']
const CLIENT_FIELDS: Fields<ClientPlan> = ['name', 'room', 'joinsAt', 'up', 'down', 'clock', 'version', 'storage']
const SERVER_FIELDS: Fields<ServerPlan> = ['engine', 'log', 'versionsKept', 'snapshotLag', 'socketBufferBytes', 'clock']

/**
 * Checks a scenario that comes from outside: a case file, or a user. With the app, also that it has the mutators and
 * versions that are named.
 *
 * @throws TypeError naming each field that is wrong by its path, its value and what it should be.
 */
export function checkScenario(value: unknown, app?: SimulatedApp): asserts value is Scenario {
  const problems = scenarioProblems(value, app)
  if (problems.length > 0) throw new TypeError(['This is not a scenario that can be run:', ...problems].join('\n  '))
}

/** What is wrong with a scenario, field by field. */
export function scenarioProblems(value: unknown, app?: SimulatedApp): string[] {
  const inspector = new Inspector()
  const scenario = inspector.object('', value, SCENARIO_FIELDS)
  if (scenario === undefined) return [`${show(value)} is not an object`]
  if (scenario.format !== FORMAT) {
    inspector.report('format', `${show(scenario.format)} is unknown; this version of the simulator reads format ${FORMAT}`)
    return inspector.problems
  }
  if (typeof scenario.seed !== 'string') inspector.report('seed', `${show(scenario.seed)} is not a text`)
  const endsAt = inspector.number('endsAt', scenario.endsAt, { min: 0 }) ? scenario.endsAt : Number.POSITIVE_INFINITY
  inspector.number('drainMs', scenario.drainMs, { min: 0 })
  const versions = 1 + (app?.laterVersions?.length ?? Number.POSITIVE_INFINITY)
  checkServer(inspector, scenario.server)
  const clients = inspector.list('clients', scenario.clients)
  for (const [i, client] of clients.entries()) checkClient(inspector, `clients[${i}]`, client, { endsAt, versions })
  const cast = new Set<string>()
  for (const [i, client] of clients.entries()) addName(inspector, `clients[${i}].name`, fieldOf(client, 'name'), cast)
  const actions = inspector.list('actions', scenario.actions)
  for (const [i, action] of actions.entries())
    if (fieldOf(action, 'do') === 'copy-profile') addName(inspector, `actions[${i}].as`, fieldOf(action, 'as'), cast)
  checkActions(inspector, actions, { clients: [...cast], endsAt, versions, mutators: app && Object.keys(app.mutators.definitions) })
  return inspector.problems
}

function checkServer(inspector: Inspector, value: unknown): void {
  const server = inspector.object('server', value, SERVER_FIELDS)
  if (server === undefined) return
  if (server.engine !== undefined) inspector.oneOf('server.engine', server.engine, ['better-sqlite3', 'wa-sqlite'], 'engine')
  if (server.log !== undefined) inspector.oneOf('server.log', server.log, ['embedded', 'remote'], 'log')
  if (server.versionsKept !== undefined) inspector.number('server.versionsKept', server.versionsKept, { min: 0, whole: true })
  if (server.snapshotLag !== undefined) inspector.number('server.snapshotLag', server.snapshotLag, { min: 0, whole: true })
  if (server.socketBufferBytes !== undefined)
    inspector.number('server.socketBufferBytes', server.socketBufferBytes, { min: 1, whole: true })
  if (server.clock !== undefined) checkClock(inspector, 'server.clock', server.clock)
}

function checkClient(inspector: Inspector, path: string, value: unknown, { endsAt, versions }: { endsAt: number; versions: number }): void {
  const client = inspector.object(path, value, CLIENT_FIELDS)
  if (client === undefined) return
  const { room } = client
  if (typeof room !== 'string' || !ROOM_NAME.test(room) || room === '.' || room === '..')
    inspector.report(`${path}.room`, `${show(room)} is not a room's name: 1 to 128 of A-Z, a-z, 0-9 and _ - . ~ :`)
  inspector.number(`${path}.joinsAt`, client.joinsAt, { min: 0, max: endsAt })
  checkLinkPlan(inspector, `${path}.up`, client.up)
  checkLinkPlan(inspector, `${path}.down`, client.down)
  if (client.clock !== undefined) checkClock(inspector, `${path}.clock`, client.clock)
  if (client.version !== undefined) inspector.number(`${path}.version`, client.version, { min: 0, max: versions - 1, whole: true })
  if (client.storage !== undefined) inspector.oneOf(`${path}.storage`, client.storage, ['disk', 'memory'], 'storage')
}

function checkClock(inspector: Inspector, path: string, value: unknown): void {
  const clock = inspector.object(path, value, ['offsetMs', 'rate'])
  if (clock === undefined) return
  inspector.number(`${path}.offsetMs`, clock.offsetMs)
  if (inspector.number(`${path}.rate`, clock.rate) && clock.rate <= 0)
    inspector.report(`${path}.rate`, `${clock.rate}: a clock goes forward`)
}

function checkActions(inspector: Inspector, actions: readonly unknown[], cast: Cast): void {
  const ids = new Map<unknown, number>()
  let last = 0
  for (const [i, action] of actions.entries()) {
    const path = `actions[${i}]`
    actionProblems(inspector, path, action, cast)
    const id = fieldOf(action, 'id')
    const twin = ids.get(id)
    if (twin !== undefined) inspector.report(`${path}.id`, `${show(id)} is the ID of actions[${twin}] already`)
    ids.set(id, i)
    const at = fieldOf(action, 'at')
    if (typeof at !== 'number' || !Number.isFinite(at)) continue
    if (at < last) inspector.report(`${path}.at`, `${at} is before the ${last} of the action ahead; actions stand by time`)
    last = at
  }
}

function addName(inspector: Inspector, path: string, name: unknown, names: Set<string>): void {
  if (!inspector.text(path, name)) return
  if (name === SERVER) inspector.report(path, `"${SERVER}" means the server`)
  else if (names.has(name)) inspector.report(path, `there is another client ${show(name)}`)
  names.add(name)
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as { readonly [field: string]: unknown })[field] : undefined
}
