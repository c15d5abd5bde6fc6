import { describe, expect, test } from 'vitest'
import type { Outcome } from '../mutators/failure.ts'
import { encodePatch } from '../values/wire-patch.ts'
import {
  type ClientMessage,
  decodeClientFrame,
  decodeServerFrame,
  encodeFrame,
  SERVER_FRAME_LENGTH_MAX,
  type ServerMessage,
} from './frame.ts'
import { encodeOwnOutcome, encodePoke, encodePokeBody, encodePokeBodyText, encodePokeText, type Poke } from './poke.ts'
import { PROTOCOL_VERSION } from './protocol-version.ts'

/**
 * The wire format of protocol version 1, one frame of each kind. A change here is a change of the protocol: raise
 * PROTOCOL_VERSION, and say so in docs/PROTOCOL.md and CHANGELOG.md.
 */
const clientFrames: [string, ClientMessage][] = [
  ['{"type":"authorize","token":"secret"}', { type: 'authorize', token: 'secret' }],
  [
    '{"type":"hello","protocol":1,"clientID":"c1","schema":{"name":"shop","version":2,"hash":"ab"},"base":{"epoch":"e","version":7},"confirmed":3,"issued":5}',
    {
      type: 'hello',
      protocol: 1,
      clientID: 'c1',
      schema: { name: 'shop', version: 2, hash: 'ab' },
      base: { epoch: 'e', version: 7 },
      confirmed: 3,
      issued: 5,
    },
  ],
  [
    '{"type":"push","mutations":[{"mutationID":4,"name":"add","args":"{\\"json\\":1}","createdAt":1700000000000,"seed":"s4"}],"confirmed":3}',
    {
      type: 'push',
      mutations: [{ mutationID: 4, name: 'add', args: '{"json":1}', createdAt: 1_700_000_000_000, seed: 's4' }],
      confirmed: 3,
    },
  ],
  [
    '{"type":"push","mutations":[{"mutationID":4,"name":"add","args":"","createdAt":1,"seed":"s4","trace":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}],"confirmed":3}',
    {
      type: 'push',
      mutations: [
        {
          mutationID: 4,
          name: 'add',
          args: '',
          createdAt: 1,
          seed: 's4',
          trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        },
      ],
      confirmed: 3,
    },
  ],
  ['{"type":"ping","confirmed":4}', { type: 'ping', confirmed: 4 }],
]

const serverFrames: [string, Exclude<ServerMessage, Poke>][] = [
  [
    '{"type":"welcome","epoch":"e","version":9,"lastMutationID":4,"next":"poke","readOnly":null}',
    { type: 'welcome', epoch: 'e', version: 9, lastMutationID: 4, next: 'poke', readOnly: null },
  ],
  [
    '{"type":"welcome","epoch":"e","version":9,"lastMutationID":4,"next":"snapshot","readOnly":{"code":"read-only","message":"no"}}',
    { type: 'welcome', epoch: 'e', version: 9, lastMutationID: 4, next: 'snapshot', readOnly: { code: 'read-only', message: 'no' } },
  ],
  ['{"type":"refusal","code":"unauthorized","message":"no"}', { type: 'refusal', code: 'unauthorized', message: 'no' }],
  [
    '{"type":"refusal","code":"overloaded","message":"no","retryAfterMs":5000}',
    { type: 'refusal', code: 'overloaded', message: 'no', retryAfterMs: 5000 },
  ],
  ['{"type":"pong"}', { type: 'pong' }],
]

const rejected: Outcome = {
  ok: false,
  reason: 'constraint',
  code: 'unique',
  message: 'UNIQUE constraint failed: t.name',
  constraint: { kind: 'unique', table: 't', columns: ['name'] },
}
const poke: Poke = {
  type: 'poke',
  outcomes: [
    { mutationID: 4, seed: 's4', outcome: { ok: true, value: '{"json":1}' } },
    { mutationID: 5, seed: 's5', outcome: rejected },
  ],
  from: 7,
  to: 9,
  digest: '00ff00ff00ff00ff',
  patch: [{ table: 't', puts: [[1, 'Food']], deletes: [[2]] }],
}
const pokeFrame =
  '{"type":"poke","outcomes":[{"mutationID":4,"seed":"s4","outcome":{"ok":true,"value":"{\\"json\\":1}"}},{"mutationID":5,"seed":"s5","outcome":{"ok":false,"reason":"constraint","code":"unique","message":"UNIQUE constraint failed: t.name","constraint":{"kind":"unique","table":"t","columns":["name"]}}}],"from":7,"to":9,"digest":"00ff00ff00ff00ff","patch":[["t",[[1,"Food"]],[[2]]]]}'

describe('the format is pinned', () => {
  test('at this protocol version', () => expect(PROTOCOL_VERSION).toBe(1))

  test.each(clientFrames)('%s', (frame, message) => {
    expect(encodeFrame(message)).toBe(frame)
    expect(decodeClientFrame(frame)).toStrictEqual(message)
  })

  test.each(serverFrames)('%s', (frame, message) => {
    expect(encodeFrame(message)).toBe(frame)
    expect(decodeServerFrame(frame)).toStrictEqual(message)
  })

  test('poke', () => {
    expect(encodePoke(poke.outcomes, encodePokeBody(7, 9, poke.digest, encodePatch(poke.patch)))).toBe(pokeFrame)
    expect(decodeServerFrame(pokeFrame)).toStrictEqual(poke)
  })

  test('poke, from texts at hand', () => {
    const outcomes = poke.outcomes.map(({ mutationID, seed, outcome }) =>
      encodeOwnOutcome({ mutationID, seed, outcome: JSON.stringify(outcome) }),
    )
    expect(encodePokeText(outcomes, encodePokeBodyText(7, 9, poke.digest, JSON.stringify(encodePatch(poke.patch))))).toBe(pokeFrame)
  })
})

test.each(['1', '"00-x"', '{}', 'null'])('the trace %s is as good as none', (trace) => {
  const [, [push]] = clientFrames as [unknown, [string, ClientMessage]]
  expect(decodeClientFrame(push.replace('"seed":"s4"', `"seed":"s4","trace":${trace}`))).toStrictEqual(decodeClientFrame(push))
})

describe('a frame that is not of the protocol is refused whole', () => {
  const [hello, push] = clientFrames.slice(1).map(([frame]) => frame) as [string, string]
  test.each([
    ['empty', ''],
    ['half a frame', hello.slice(0, 60)],
    ['a list', '[]'],
    ['null', 'null'],
    ['no type', '{}'],
    ['an inherited type', '{"type":"constructor"}'],
    ['a server message', serverFrames[0]?.[0] as string],
    ['a token that is none', '{"type":"authorize","token":7}'],
    ['a token that is too long', `{"type":"authorize","token":"${'x'.repeat(16 * 1024 + 1)}"}`],
    ['no clientID', hello.replace('"clientID":"c1",', '')],
    ['an empty clientID', hello.replace('"c1"', '""')],
    ['a long clientID', hello.replace('c1', 'c'.repeat(257))],
    ['a negative count', hello.replace('"issued":5', '"issued":-1')],
    ['a fraction', hello.replace('"issued":5', '"issued":1.5')],
    ['base missing', hello.replace('"base":{"epoch":"e","version":7},', '')],
    ['mutationID 0', push.replace('"mutationID":4', '"mutationID":0')],
    ['arguments that are not text', push.replace('"{\\"json\\":1}"', '{"json":1}')],
    ['too many mutations', `{"type":"push","confirmed":0,"mutations":[${Array(1001).fill('0').join(',')}]}`],
  ])('%s', (_, frame) => {
    expect(() => decodeClientFrame(frame)).toThrow(expect.objectContaining({ code: 'bad-message' }))
  })

  test.each([
    ['a poke that goes back', pokeFrame.replace('"from":7', '"from":10')],
    ['a poke without a digest', pokeFrame.replace('00ff00ff00ff00ff', 'x')],
    ['an outcome without a seed', pokeFrame.replace('"seed":"s4",', '')],
    ['an outcome of an unknown reason', pokeFrame.replace('"constraint","code"', '"whim","code"')],
    ['a malformed patch', pokeFrame.replace('[[2]]', '7')],
  ])('%s', (_, frame) => {
    expect(() => decodeServerFrame(frame)).toThrow(expect.objectContaining({ code: 'bad-message' }))
  })

  test('over the limit', () => {
    expect(() => decodeClientFrame(' '.repeat(1024 * 1024 + 1))).toThrow(expect.objectContaining({ code: 'frame-too-large' }))
    expect(() => decodeServerFrame(' '.repeat(SERVER_FRAME_LENGTH_MAX + 1))).toThrow(expect.objectContaining({ code: 'frame-too-large' }))
  })

  test('a refusal of an unknown kind means: try again later', () => {
    expect(decodeServerFrame('{"type":"refusal","code":"from-the-future","message":"?"}')).toMatchObject({ code: 'unavailable' })
  })
})
