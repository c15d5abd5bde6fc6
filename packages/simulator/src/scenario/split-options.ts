import type { MutatorDefinitions } from '@savepoint/core'
import type { SimulatedApp } from '../app.ts'
import { APP_FIELDS, checkApp } from './check-app.ts'
import { show } from './inspector.ts'
import { SIMULATION_FIELDS, type SimulationOptions } from './simulation-options.ts'

/**
 * Parts what a user gives in one object: the app, what its runs are to be like, and the fields of the caller's own.
 *
 * @throws TypeError naming each field of the app that is wrong, and each field that nobody knows; the others are checked where
 * they are used
 */
export function splitOptions<D extends MutatorDefinitions>(
  given: SimulatedApp<D> & SimulationOptions,
  ownFields: readonly string[],
): { readonly app: SimulatedApp; readonly options: SimulationOptions; readonly others: { readonly [field: string]: unknown } } {
  if (typeof given !== 'object' || given === null) checkApp(given)
  const known = [...APP_FIELDS, ...ownFields, ...SIMULATION_FIELDS]
  const unknown = Object.keys(given).filter((field) => !known.includes(field))
  if (unknown.length > 0) throw new TypeError(`There is no option ${unknown.map(show).join(', ')}. There are ${known.join(', ')}.`)
  const pick = (fields: readonly string[]) =>
    Object.fromEntries(Object.entries(given).filter(([field, value]) => value !== undefined && fields.includes(field)))
  const app: unknown = pick(APP_FIELDS)
  checkApp(app)
  return { app, options: pick(SIMULATION_FIELDS), others: pick(ownFields) }
}

/** @throws TypeError if it is neither a text nor a number */
export function readSeed(seed: unknown): string {
  if (typeof seed === 'string' || (typeof seed === 'number' && Number.isFinite(seed))) return String(seed)
  throw new TypeError(`seed: ${show(seed)} is neither a text nor a number`)
}
