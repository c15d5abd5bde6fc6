import type { SimulatedApp } from '../app.ts'
import { Inspector, join, show } from './inspector.ts'
import { isArbitrary } from './workload-entry.ts'

const VERSION_FIELDS = ['schema', 'mutators', 'serverMutators']
export const APP_FIELDS = [...VERSION_FIELDS, 'workload', 'laterVersions', 'authOf']

type Fields = { readonly [field: string]: unknown }

/**
 * Checks an app before anything is simulated with it, for those who do not use TypeScript, or got around it.
 *
 * @throws TypeError naming each field that is wrong.
 */
export function checkApp(value: unknown): asserts value is SimulatedApp {
  const inspector = new Inspector()
  const app = inspector.object('', value, APP_FIELDS)
  if (app === undefined) throw new TypeError(`The app to simulate is ${show(value)}; it must be an object with ${APP_FIELDS.join(', ')}`)
  const definitions = checkVersion(inspector, '', app)
  checkWorkload(inspector, app.workload, definitions)
  if (app.authOf !== undefined && typeof app.authOf !== 'function')
    inspector.report('authOf', `${show(app.authOf)} is not a function from a client's name to its auth`)
  if (app.laterVersions !== undefined) checkLaterVersions(inspector, app)
  if (inspector.problems.length > 0) throw new TypeError(['This app cannot be simulated:', ...inspector.problems].join('\n  '))
}

/** The definitions of its mutators, as far as there are any. */
function checkVersion(inspector: Inspector, path: string, version: Fields): Fields {
  if (!isSchema(version.schema)) inspector.report(join(path, 'schema'), `${show(version.schema)} was not made by defineSchema`)
  const { mutators } = version
  const definitions = isFields(mutators) && isFields(mutators.definitions) ? mutators.definitions : undefined
  if (definitions === undefined) inspector.report(join(path, 'mutators'), `${show(mutators)} was not made by defineMutators`)
  else if (Object.keys(definitions).length === 0) inspector.report(join(path, 'mutators'), 'there is no mutator in them')
  if (version.serverMutators !== undefined)
    checkServerMutators(inspector, join(path, 'serverMutators'), version.serverMutators, definitions)
  return definitions ?? {}
}

function checkServerMutators(inspector: Inspector, path: string, value: unknown, definitions: Fields | undefined): void {
  if (!isFields(value)) return inspector.report(path, `${show(value)} is not an object`)
  for (const name of Object.keys(value))
    if (definitions) inspector.oneOf(join(path, name), name, Object.keys(definitions), 'mutator to stand in for')
}

function checkWorkload(inspector: Inspector, workload: unknown, definitions: Fields): void {
  if (!isFields(workload)) return inspector.report('workload', `${show(workload)} does not say how mutators are called`)
  const entries = Object.entries(workload).filter(([, entry]) => entry !== undefined)
  if (entries.length === 0) inspector.report('workload', 'it names no mutator, so that nothing would be called')
  let weights = 0
  for (const [name, entry] of entries) {
    const path = `workload.${name}`
    if (!inspector.oneOf(path, name, Object.keys(definitions), 'mutator')) continue
    weights += checkEntry(inspector, path, entry, definitions[name])
  }
  if (entries.length > 0 && inspector.problems.length === 0 && weights === 0)
    inspector.report('workload', 'every weight in it is 0, so that nothing would be called')
}

/** Its weight. */
function checkEntry(inspector: Inspector, path: string, entry: unknown, definition: unknown): number {
  if (typeof entry === 'function' || isArbitrary(entry)) return 1
  if (!isFields(entry)) {
    inspector.report(path, `${show(entry)} is neither a function, nor a fast-check arbitrary, nor { args, weight }`)
    return 0
  }
  inspector.object(path, entry, ['args', 'weight', 'alwaysRejected'])
  const { args, weight = 1, alwaysRejected = false } = entry
  inspector.boolean(`${path}.alwaysRejected`, alwaysRejected)
  if (args !== undefined && typeof args !== 'function' && !isArbitrary(args))
    inspector.report(`${path}.args`, `${show(args)} is neither a function nor a fast-check arbitrary`)
  if (args === undefined && takesArgs(definition)) inspector.report(path, 'the mutator takes arguments, and nothing here makes them')
  return inspector.number(`${path}.weight`, weight, { min: 0 }) ? weight : 0
}

/** As far as it can be seen: a default value or rest parameters hide them. */
function takesArgs(definition: unknown): boolean {
  if (typeof definition === 'function') return definition.length > 1
  return isFields(definition) && isFields(definition.args) && !acceptsNothing(definition.args)
}

function acceptsNothing(schema: Fields): boolean {
  const standard = schema['~standard']
  if (!isFields(standard) || typeof standard.validate !== 'function') return false
  const result: unknown = standard.validate(undefined)
  return isFields(result) && result.issues === undefined
}

function checkLaterVersions(inspector: Inspector, app: Fields): void {
  let before = isSchema(app.schema) ? app.schema : undefined
  for (const [i, value] of inspector.list('laterVersions', app.laterVersions).entries()) {
    const path = `laterVersions[${i}]`
    const version = inspector.object(path, value, VERSION_FIELDS)
    if (version === undefined) continue
    checkVersion(inspector, path, version)
    const { schema } = version
    if (!isSchema(schema)) continue
    if (before && schema.name !== before.name)
      inspector.report(`${path}.schema.name`, `${show(schema.name)} is another app than ${show(before.name)}; all versions have one name`)
    else if (before && schema.hash !== before.hash && schema.version <= before.version)
      inspector.report(
        `${path}.schema.version`,
        `${schema.version} is not above the ${before.version} of the version before, and its schema is another`,
      )
    before = schema
  }
}

function isSchema(value: unknown): value is { readonly name: string; readonly version: number; readonly hash: string } {
  return isFields(value) && typeof value.name === 'string' && typeof value.version === 'number' && typeof value.hash === 'string'
}

function isFields(value: unknown): value is Fields {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && !Array.isArray(value)
}
