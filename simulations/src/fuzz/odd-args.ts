import type { Dice } from './dice.ts'
import { GUESTS_MARK } from './fuzz-app.ts'
import type { OddValues } from './odd-values.ts'

const IDS_MAX = 200

/** Types that superjson knows, whether or not they are taken. */
const TYPES = [
  '"undefined"', '"bigint"', '"Date"', '"number"', '"set"', '"map"', '"regexp"', '"Error"', '"URL"', '"symbol"', '"class"', '["class","x"]',
  '["custom","x"]', '["typed-array","Uint8Array"]', '["typed-array","constructor"]', '["symbol","x"]', 'null', '7', '[]', '{}',
] // biome-ignore format: a list to look at

const PATHS = [
  '',
  'id',
  'value',
  'value.0',
  'value.a',
  '0',
  '__proto__',
  'value.__proto__.x',
  'constructor.prototype',
  'a\\\\.b',
  '..',
  'x.y.z',
]

/** The text of a mutation's arguments, as a push has it: near to what is taken, or far from it. */
export function oddArgs(dice: Dice, odd: OddValues): string {
  const kind = dice.below(10)
  if (kind < 4) return `{"json":{"id":${JSON.stringify(markedID(dice))},"value":${odd.value(dice)}}}`
  if (kind < 5) return `{"json":{"like":${odd.value(dice)},"id":${odd.value(dice)}}}`
  if (kind < 6) return `{"json":${odd.value(dice)}}`
  if (kind < 9) return `{"json":{"id":${JSON.stringify(markedID(dice))},"value":${odd.value(dice)}},"meta":{"values":${types(dice)}}}`
  return odd.text(dice)
}

function markedID(dice: Dice): string {
  return `${GUESTS_MARK} ${dice.below(IDS_MAX)}`
}

/** A tree of types, such as superjson would read. */
function types(dice: Dice): string {
  const children = Array.from({ length: 1 + dice.below(3) }, () => `"${dice.pick(PATHS)}":[${dice.pick(TYPES)}]`).join(',')
  return dice.pick([`{${children}}`, `[{${children}}]`, `["map",{${children}}]`, `["set",{${children}}]`, dice.pick(TYPES)])
}
