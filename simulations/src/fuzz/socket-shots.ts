import { PROTOCOL_VERSION, randomID } from '@savepoint/core'
import type { Dice } from './dice.ts'
import { app, OPEN_ROOMS, SECRET_ROOMS } from './fuzz-app.ts'
import { oddArgs } from './odd-args.ts'
import type { OddValues } from './odd-values.ts'
import type { Part, Shot } from './shot.ts'
import { frame } from './wire.ts'

const FRAMES_MAX = 24
const MUTATIONS_MAX = 6
const TOKENS = ['guest', 'guest', 'guest', 'reader', 'owner', '']
const NAMES = ['put', 'put', 'put', 'drop', 'find', 'echo']
const { name, version, hash } = app.schema

/** Opcodes and flags that no client of ours sends, as the first byte of a frame. */
const FIRST_BYTES = [0x80, 0x00, 0x01, 0x82, 0x83, 0x8b, 0xc1, 0xa1, 0x91, 0xf1, 0x88, 0x89, 0x8a, 0x09]

/** A connection of a client that says hello as it should, calls odd things, and ends in its own way. */
export function socketShot(dice: Dice, odd: OddValues): Shot {
  const token = dice.pick(TOKENS)
  const inHeader = dice.chance(0.5)
  const parts: Part[] = [upgrade(dice.pick(dice.chance(0.9) ? OPEN_ROOMS : SECRET_ROOMS), inHeader ? token : '')]
  if (!inHeader && token !== '') parts.push(text(JSON.stringify({ type: 'authorize', token })))
  const clientID = `fuzz-${dice.below(2 ** 31)}-${dice.below(2 ** 31)}`
  const hello = helloOf(clientID)
  if (dice.chance(0.25)) return { door: 'socket', parts: [...parts, broken(spoilt(dice, odd, hello), dice)] }
  parts.push({ ...text(JSON.stringify(hello)), hello })
  let mutationID = 1
  for (let frames = dice.below(FRAMES_MAX); frames > 0; frames--) {
    const count = 1 + dice.below(MUTATIONS_MAX)
    parts.push(text(pushOf(dice, odd, mutationID, count)))
    mutationID += count
  }
  if (dice.chance(0.7)) {
    const push = { type: 'push', confirmed: 0, mutations: [{ mutationID, name: 'put', args: '', createdAt: 1, seed: 's' }] }
    parts.push(
      broken(spoilt(dice, odd, dice.pick<object>([push, push, hello, { type: 'ping', confirmed: 0 }, { type: 'authorize', token }])), dice),
    )
  }
  return { door: 'socket', parts }
}

function helloOf(clientID: string): object {
  return { type: 'hello', protocol: PROTOCOL_VERSION, clientID, schema: { name, version, hash }, base: null, confirmed: 0, issued: 0 }
}

function pushOf(dice: Dice, odd: OddValues, first: number, count: number): string {
  const mutations = Array.from({ length: count }, (_, i) => ({
    mutationID: first + i,
    name: dice.chance(0.9) ? dice.pick(NAMES) : odd.text(dice).slice(0, 256) || 'x',
    args: oddArgs(dice, odd),
    createdAt: dice.pick([0, 1, 1_700_000_000_000, Number.MAX_SAFE_INTEGER]),
    seed: randomID(() => dice.below(1000) / 1000),
  }))
  return JSON.stringify({ type: 'push', confirmed: 0, mutations })
}

/** A message with one or several things wrong in it, as text. */
function spoilt(dice: Dice, odd: OddValues, message: object): string {
  let json = JSON.stringify(message)
  for (let times = 1 + dice.below(2); times > 0; times--) json = spoil(dice, odd, json)
  return json
}

function spoil(dice: Dice, odd: OddValues, json: string): string {
  const at = dice.below(json.length + 1)
  switch (dice.below(8)) {
    case 0:
      return json.slice(0, at)
    case 1:
      return `${json.slice(0, at)}${dice.pick(['\u0000', '\ud800', '\\u0000', '\\ud800', '"', '{', ']', '\ufeff', ','])}${json.slice(at)}`
    case 2:
      return odd.value(dice)
    case 3: {
      // A key twice: the last one counts, whoever reads.
      const key = /"(\w+)":/.exec(json.slice(at))?.[1] ?? 'type'
      return `${json.slice(0, -1)},"${key}":${odd.value(dice)}}`
    }
    default: {
      // Another value in the place of one that is there.
      const values = [...json.matchAll(/:("(?:[^"\\]|\\.)*"|-?\d+|null)/g)]
      const value = values.length === 0 ? undefined : dice.pick(values)
      if (value === undefined) return json.slice(at)
      return `${json.slice(0, value.index)}:${odd.value(dice)}${json.slice(value.index + value[0].length)}`
    }
  }
}

function text(message: string): Part {
  return { bytes: frame(0x81, Buffer.from(message)), breaks: false }
}

/** The last frame of a connection: wrong in what it says, and at times in how. */
function broken(message: string, dice: Dice): Part {
  const payload = Buffer.from(message)
  const kind = dice.below(10)
  if (kind === 0) return { bytes: frame(dice.pick(FIRST_BYTES), payload.subarray(0, 125)), breaks: true }
  if (kind === 1) return { bytes: frame(0x81, Buffer.concat([payload, Buffer.from([0xc3, 0x28, 0xff])])), breaks: true }
  if (kind === 2) return { bytes: Buffer.concat(fragments(payload, dice)), breaks: true }
  const whole = frame(0x81, payload)
  if (kind === 3) return { bytes: whole.subarray(0, dice.below(whole.length)), breaks: true }
  if (kind === 4) return { bytes: frame(0x81, payload, { masked: false }), breaks: true }
  if (kind === 5) return { bytes: frame(0x81, payload, { claims: dice.pick([2 ** 20, 2 ** 22, 2 ** 31, 2 ** 40]) }), breaks: true }
  return { bytes: whole, breaks: true }
}

function fragments(payload: Buffer, dice: Dice): Buffer[] {
  const size = 1 + dice.below(40)
  const count = Math.max(1, Math.ceil(payload.length / size))
  return Array.from({ length: count }, (_, i) =>
    frame((i === 0 ? 1 : 0) | (i === count - 1 ? 0x80 : 0), payload.subarray(i * size, (i + 1) * size)),
  )
}

function upgrade(room: string, token: string): Part {
  const lines = [`GET /rooms/${room}/socket HTTP/1.1`, 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade']
  if (token !== '') lines.push(`Authorization: Bearer ${token}`)
  lines.push('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', '')
  return { bytes: Buffer.from(lines.join('\r\n')), breaks: false, method: 'GET' }
}
