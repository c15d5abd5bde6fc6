import { decodeData } from '@savepoint/core'
import { type Inspector, show } from './inspector.ts'
import { type Action, type ActionKind, FAILPOINTS, SERVER } from './scenario.ts'

/** Whom and what actions can name. */
export interface Cast {
  /** Copies of profiles among them. */
  readonly clients: readonly string[]
  readonly endsAt: number
  /** How many the app has. */
  readonly versions: number
  /** Undefined if the app is not known. */
  readonly mutators: readonly string[] | undefined
}

type FieldCheck = (inspector: Inspector, path: string, value: unknown, cast: Cast) => void

type KindOf<K> = Extract<ActionKind, { do: K }>

/** Each field of each kind of action, so that a new one does not compile before it is checked. */
type FieldChecks = { readonly [K in ActionKind['do']]: { readonly [F in keyof Omit<KindOf<K>, 'do'>]-?: FieldCheck } }

const whole =
  (min: number): FieldCheck =>
  (inspector, path, value) =>
    inspector.number(path, value, { min, whole: true })
const client: FieldCheck = (inspector, path, value, { clients }) => inspector.oneOf(path, value, clients, 'client')
const node: FieldCheck = (inspector, path, value, { clients }) => inspector.oneOf(path, value, [SERVER, ...clients], 'node')
const forMs: FieldCheck = (inspector, path, value) => inspector.number(path, value, { min: 0 })
const version: FieldCheck = (inspector, path, value, { versions }) =>
  inspector.number(path, value, { min: 0, max: versions - 1, whole: true })
const boolean: FieldCheck = (inspector, path, value) => inspector.boolean(path, value)
const name: FieldCheck = (inspector, path, value, { mutators }) =>
  mutators === undefined ? inspector.text(path, value) : inspector.oneOf(path, value, mutators, 'mutator')
const oneOf =
  (what: string, known: readonly string[]): FieldCheck =>
  (inspector, path, value) =>
    inspector.oneOf(path, value, known, what)
const args: FieldCheck = (inspector, path, value) => {
  try {
    if (typeof value !== 'string') throw new TypeError('it is no text')
    decodeData(value)
  } catch (error) {
    inspector.report(path, `${show(value)} are not encoded arguments (${error instanceof Error ? error.message : error})`)
  }
}

const FIELDS: FieldChecks = {
  mutate: { client, name, args, draw: whole(0) },
  cancel: { client },
  'go-offline': { client, forMs },
  close: { client, forMs },
  'kill-client': { client, forMs, afterCalls: whole(1), power: boolean },
  // That the name is free is checked with the clients' names.
  'copy-profile': { client, as: () => {} },
  'clear-storage': { client },
  update: { client, version },
  cut: { client },
  'half-open': { client, line: oneOf('line', ['socket']) },
  partition: { client, direction: oneOf('direction', ['up', 'down', 'both']), forMs },
  'slow-reader': { client, forMs },
  'repeat-late': { client, forMs },
  'stall-requests': { client, forMs, midway: boolean },
  impersonate: { client, whom: client },
  'kill-server': { forMs, failpoint: oneOf('failpoint', FAILPOINTS), nth: whole(1), power: boolean },
  'stop-server': { forMs },
  'back-up': {},
  restore: { forMs },
  deploy: { version, forMs },
  'fail-disk': { node, operation: oneOf('operation', ['write', 'sync']), nth: whole(1), times: whole(1) },
  'fill-disk': { node, forMs },
  'jump-clock': { node, byMs: (inspector, path, value) => inspector.number(path, value) },
  'fail-log': { when: oneOf('moment', ['before', 'after']), times: whole(1) },
  'slow-log': { when: oneOf('moment', ['before', 'after']), forMs },
}

/** All kinds of actions. */
export const ACTION_KINDS = Object.keys(FIELDS) as readonly ActionKind['do'][]

const OPTIONAL: ReadonlySet<string> = new Set(['args', 'draw', 'afterCalls', 'failpoint', 'nth', 'power', 'line', 'midway'])

/** Reports what is wrong with one action. */
export function actionProblems(inspector: Inspector, path: string, value: unknown, cast: Cast): void {
  const kind = typeof value === 'object' && value !== null ? (value as Partial<Action>).do : undefined
  const checks: { readonly [field: string]: FieldCheck } = kind !== undefined && Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : {}
  const known = ['id', 'at', 'do', ...Object.keys(checks)]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return inspector.report(path, `${show(value)} is not an object`)
  if (!inspector.oneOf(`${path}.do`, kind, ACTION_KINDS, 'action')) return
  const action = inspector.object(path, value, known)
  if (action === undefined) return
  inspector.number(`${path}.id`, action.id, { min: 0, whole: true })
  inspector.number(`${path}.at`, action.at, { min: 0, max: cast.endsAt })
  for (const [field, check] of Object.entries(checks))
    if (action[field] !== undefined || !OPTIONAL.has(field)) check(inspector, `${path}.${field}`, action[field], cast)
}
