import type { SimulatedApp } from '../app.ts'
import { checkScenario } from './check-scenario.ts'
import type { Scenario } from './scenario.ts'

/** First those that tell actions apart at a glance; the others by name. */
const FIRST_FIELDS = ['format', 'seed', 'id', 'at', 'do', 'name', 'client', 'room', 'server', 'clients', 'actions', 'endsAt', 'drainMs']

/** A scenario as the text of a case file: the same text for the same scenario, with a line for each client and action. */
export function encodeScenario(scenario: Scenario): string {
  const fields = Object.entries(ordered(scenario) as object).map(([field, value]) => {
    const isLong = Array.isArray(value) && value.length > 0
    const text = isLong ? `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]` : JSON.stringify(value)
    return `  ${JSON.stringify(field)}: ${text}`
  })
  return `{\n${fields.join(',\n')}\n}\n`
}

/**
 * Reads what {@link encodeScenario} wrote, or someone edited.
 *
 * @param app if it is given, the scenario must also name only mutators and versions that it has
 * @throws TypeError if it is not JSON, or not a scenario: its message names each field that is wrong
 */
export function decodeScenario(text: string, app?: SimulatedApp): Scenario {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new TypeError(`This is not a scenario: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
  checkScenario(value, app)
  return value
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(
    fields.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)).map(([field, inner]) => [field, ordered(inner)]),
  )
}

function rank(field: string): number {
  const index = FIRST_FIELDS.indexOf(field)
  return index === -1 ? FIRST_FIELDS.length : index
}
