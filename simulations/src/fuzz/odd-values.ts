import fc from 'fast-check'
import type { Dice } from './dice.ts'

/** Drawn of each kind, once: what is sent picks from them. */
const DRAWN = 500

const TEXTS = [
  '',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\ufeff',
  '\u202e',
  '😀'.repeat(50),
  'x'.repeat(255),
  'x'.repeat(257),
  "'; DROP TABLE notes; --",
  "' UNION SELECT value FROM notes --",
  "1; ATTACH DATABASE '/tmp/x' AS x",
  '"_savepoint_log"',
  '%',
  '%00',
  '#{7*7}',
  '{{7*7}}',
  '../../../../etc/passwd',
  '/etc/passwd',
  'file:///etc/passwd?mode=rw',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'secret',
  'vault',
  'owner',
  'Bearer guest',
  '<script>alert(1)</script>',
  'NaN',
  'null',
  '-0',
  '1e999',
  '9007199254740993',
]

/** As JSON texts, since some are no values that JavaScript has. */
const NUMBERS = [
  '0', '-0', '-1', '1', '2', '0.5', '1e21', '1e308', '1e999', '-1e999', '9007199254740991', '9007199254740993', '18446744073709551616',
  '1E400', '1e-400', '2147483648', '4294967296',
] // biome-ignore format: a list to look at

const DEEP = 3000
const DEEP_VALUES = [`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`, `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`]

/** A frame of this length is a long one. It is seldom sent, as sending it is what takes time. */
const LONG = 'x'.repeat(70_000)
const LONG_SHARE = 0.001

/** JSON texts that a reader of messages does not expect. */
export class OddValues {
  readonly texts: readonly string[]
  readonly json: readonly string[]

  constructor(seed: number) {
    const sample = <T>(arbitrary: fc.Arbitrary<T>) => fc.sample(arbitrary, { seed, numRuns: DRAWN })
    this.texts = [...TEXTS, ...sample(fc.string({ unit: 'binary', maxLength: 40 })), ...sample(fc.string({ maxLength: 40 }))]
    this.json = [
      ...NUMBERS,
      'null',
      'true',
      'false',
      '[]',
      '{}',
      '[[]]',
      '[null]',
      '{"":""}',
      '{"__proto__":{"a":1}}',
      '{"constructor":{"prototype":{"a":1}}}',
      '{"a":1,"a":2}',
      ...sample(fc.json({ maxDepth: 4 })),
      ...sample(fc.double()).map((number) => JSON.stringify(number)),
      ...sample(fc.maxSafeInteger()).map(String),
    ]
  }

  text(dice: Dice): string {
    if (dice.chance(LONG_SHARE)) return LONG
    return dice.pick(this.texts)
  }

  /** A JSON text. */
  value(dice: Dice): string {
    if (dice.chance(LONG_SHARE)) return dice.pick(DEEP_VALUES)
    return dice.chance(0.4) ? JSON.stringify(this.text(dice)) : dice.pick(this.json)
  }
}
