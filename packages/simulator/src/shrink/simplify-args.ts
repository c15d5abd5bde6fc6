import { decodeData, encodeData } from '@savepoint/core'
import type { Action, Scenario } from '../scenario/scenario.ts'
import type { Edit, Phase } from './edit.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** Texts become letters, the same one wherever the same text stands: what names one row goes on doing so. */
export const shortenTexts: Phase = (scenario) => {
  const texts = new Set<string>()
  eachValue(scenario, (value) => {
    if (typeof value === 'string') texts.add(value)
  })
  const free = [...LETTERS].filter((letter) => !texts.has(letter))
  return [...texts]
    .filter((text) => text.length > 1)
    .flatMap((text, i) => {
      const letter = free[i]
      return letter === undefined ? [] : [replaceValues((value) => (value === text ? letter : value))]
    })
}

/** What could not become a letter may do with less of itself. */
export const halveTexts: Phase = (scenario) =>
  perPlace(scenario, (value) => (typeof value === 'string' && value.length > 1 ? value.slice(0, Math.ceil(value.length / 2)) : value))

/** Numbers to 0, or to 1, or to the power of ten below them. */
export const lowerNumbers: Phase = (scenario) => [
  ...perPlace(scenario, (value) => (typeof value === 'number' && value !== 0 ? 0 : value)),
  ...perPlace(scenario, (value) => (typeof value === 'number' && value !== 0 && value !== 1 ? 1 : value)),
  ...perPlace(scenario, (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) <= 10) return value
    return Math.sign(value) * 10 ** Math.floor(Math.log10(Math.abs(value)))
  }),
]

/** Lists to nothing, or to their first half. */
export const shortenLists: Phase = (scenario) => [
  ...perPlace(scenario, (value) => (Array.isArray(value) && value.length > 0 ? [] : value)),
  ...perPlace(scenario, (value) => (Array.isArray(value) && value.length > 1 ? value.slice(0, Math.ceil(value.length / 2)) : value)),
]

/** What kinds of values there are beside texts, numbers and lists. */
export const emptyOthers: Phase = (scenario) =>
  perPlace(scenario, (value) => {
    if (value === true) return false
    if (typeof value === 'bigint') return 0n
    if (value instanceof Date) return new Date(0)
    if (value instanceof Uint8Array) return new Uint8Array()
    if (value instanceof Map) return new Map()
    return value instanceof Set ? new Set() : value
  })

type Change = (value: unknown) => unknown

/** An edit for each place where the change would change something. */
function perPlace(scenario: Scenario, change: Change): Edit[] {
  const edits: Edit[] = []
  for (const action of scenario.actions) {
    if (action.do !== 'mutate' || action.args === undefined) continue
    let count = 0
    walk(decodeData(action.args), (value) => {
      if (!Object.is(change(value), value) && isLess(change(value), value)) edits.push(atPlace(action.id, count, change))
      count++
      return value
    })
  }
  return edits
}

/** An empty Map in place of an empty Map is no less. */
function isLess(changed: unknown, value: unknown): boolean {
  return encodeData(changed) !== encodeData(value)
}

/** Changes the nth value that the walk meets. An edit ahead in the same arguments may have taken it away: then some other. */
function atPlace(id: number, place: number, change: Change): Edit {
  return (scenario) => ({
    ...scenario,
    actions: scenario.actions.map((action) => {
      if (action.id !== id) return action
      let count = 0
      return changeArgs(action, (value) => (count++ === place ? change(value) : value))
    }),
  })
}

function replaceValues(change: Change): Edit {
  return (scenario) => ({ ...scenario, actions: scenario.actions.map((action) => changeArgs(action, change)) })
}

function changeArgs(action: Action, change: Change): Action {
  if (action.do !== 'mutate' || action.args === undefined) return action
  return { ...action, args: encodeData(walk(decodeData(action.args), change)) }
}

function eachValue({ actions }: Scenario, see: (value: unknown) => void): void {
  for (const action of actions)
    if (action.do === 'mutate' && action.args !== undefined)
      walk(decodeData(action.args), (value) => {
        see(value)
        return value
      })
}

/** Changes a value, then what is in it. Maps and Sets are one value. */
function walk(value: unknown, change: Change): unknown {
  const changed = change(value)
  if (Array.isArray(changed)) return changed.map((item) => walk(item, change))
  if (typeof changed !== 'object' || changed === null || !isPlain(changed)) return changed
  return Object.fromEntries(Object.entries(changed).map(([key, item]) => [key, walk(item, change)]))
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
