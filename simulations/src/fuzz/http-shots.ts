import type { Dice } from './dice.ts'
import { DOORS, type Door } from './doors.ts'
import { app, HONEST_ROOM, OPEN_ROOMS, SECRET_ROOMS } from './fuzz-app.ts'
import { oddArgs } from './odd-args.ts'
import type { OddValues } from './odd-values.ts'
import type { Part, Shot } from './shot.ts'

const REQUESTS_MAX = 80
/** Who posts without a line. */
const CLIENTS = 100_000
const ROOMS = [...OPEN_ROOMS, ...SECRET_ROOMS, HONEST_ROOM]
const DOORS_THAT_END = DOORS.filter(({ streams }) => streams !== true)
const DOORS_THAT_STREAM = DOORS.filter(({ streams }) => streams === true)
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'TRACE', 'LOCK', 'SEARCH']

/** Ways to write a room's name that might lead past a check of it. */
const DISGUISES: readonly ((room: string) => string)[] = [
  (room) => `%${room.charCodeAt(0).toString(16)}${room.slice(1)}`,
  (room) => `%25${room.charCodeAt(0).toString(16)}${room.slice(1)}`,
  (room) => `open/../${room}`,
  (room) => `open/%2e%2e/${room}`,
  (room) => `open%2f..%2f${room}`,
  (room) => `./${room}`,
  (room) => `/${room}`,
  (room) => `${room}/`,
  (room) => `${room}%00`,
  (room) => `${room};a=b`,
  (room) => room.toUpperCase(),
  (room) => `open\\..\\${room}`,
  (room) => `${room}%20`,
  (room) => `%c0%ae%c0%ae/${room}`,
  (room) => `${room}.`,
  (room) => `*`,
]

/** Headers that some door reads, and what they might be. */
const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  [
    'Range',
    ['bytes=0-', 'bytes=5-', 'bytes=999999999-', 'bytes=-5', 'bytes=5-1', 'bytes=0-0,5-9', 'bytes=9999999999999999999999-', 'lines=1-'],
  ],
  ['If-Range', ['"x"', 'x', 'W/"x"', '""', '"../../x"']],
  ['If-None-Match', ['"x"', '*', '""', 'W/"x", "y"']],
  ['Accept-Encoding', ['br', 'gzip', 'br;q=0, gzip;q=0', '*', 'identity', ',,,', 'br;q=x']],
  ['Origin', ['null', 'http://evil.example', 'file://', 'x']],
  ['Access-Control-Request-Method', ['PUT', 'x y']],
  ['Content-Type', ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'x']],
  ['Last-Event-ID', ['1', 'x', '-1', '%00']],
  ['Savepoint-Line', ['x', '', '__proto__']],
  ['Savepoint-Post', ['1', '0', '-1', '1e9', 'x']],
  ['Cookie', ['token=guest', '=; ;', '__proto__=1']],
  ['X-Forwarded-For', ['127.0.0.1', 'x, y']],
  ['Accept', ['text/event-stream', '*/*']],
]

const TOKENS = [
  'Bearer guest',
  'Bearer guest',
  'Bearer reader',
  'Bearer owner',
  'Bearer honest',
  'Bearer ',
  'Basic Z3Vlc3Q6',
  'guest',
  'Bearer guest, Bearer owner',
]

/** Requests after which nothing is read any more. */
const BREAKS: readonly ((head: string) => string)[] = [
  (head) => head.replace('HTTP/1.1', 'HTTP/9.9'),
  (head) => head.replace('Host: x\r\n', ''),
  (head) => `${head.slice(0, -2)}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  (head) => `${head.slice(0, -2)}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc`,
  (head) => `${head.slice(0, -2)}Content-Length: 99999999\r\n\r\n{"type":`,
  (head) => `${head.slice(0, -2)}Content-Length: -1\r\n\r\n`,
  (head) => `${head.slice(0, -2)}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
  (head) => `${head.slice(0, -2)}X: ${'x'.repeat(20_000)}\r\n\r\n`,
  (head) => `${head.slice(0, -2)}X\u0000: y\r\n\r\n`,
  (head) => `${head.slice(0, -2)} folded: y\r\n\r\n`,
  (head) => `${head.slice(0, -2)}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  (head) => `${head.slice(0, -2)}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x\r\n\r\n`,
  (head) => `${head.slice(0, -2)}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n`,
  (head) => `${head.slice(0, -2)}Expect: everything\r\nConnection: close\r\n\r\n`,
  (head) => head.replace(/^\S+/, 'NONSENSE'),
  (head) => head.replace(/ \//, ' \u0001/'),
  (head) => head.replace(/ \//, ' http://[/'),
  (head) => head.replaceAll('\r\n', '\n'),
  (head) => head.slice(0, head.length >> 1),
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
]

/** Requests that are sent all at once, the last of which may be one after which nothing is read. */
export function httpShot(dice: Dice, odd: OddValues): Shot {
  const parts: Part[] = Array.from({ length: 1 + dice.below(REQUESTS_MAX) }, () => request(dice, odd))
  const kind = dice.below(10)
  if (kind < 4) {
    const head = dice.pick(BREAKS)(headOf(dice, odd, 'GET', dice.pick(DOORS_THAT_END)))
    parts.push({ bytes: Buffer.from(head, 'latin1'), breaks: true, method: 'GET' })
  } else if (kind < 6) {
    const head = headOf(dice, odd, 'GET', dice.pick(DOORS_THAT_STREAM))
    parts.push({ bytes: Buffer.from(head, 'latin1'), breaks: false, method: 'GET' })
  }
  return { door: 'http', parts }
}

function request(dice: Dice, odd: OddValues): Part {
  const door = dice.pick(DOORS_THAT_END)
  const other = dice.pick(METHODS)
  // What has no end comes last.
  const streams = DOORS_THAT_STREAM.some(({ path }) => path === door.path) && (other === 'GET' || other === 'HEAD')
  const method = dice.chance(0.7) || streams ? door.method : other
  const head = headOf(dice, odd, method, door)
  if (method === 'GET' || method === 'HEAD' || dice.chance(0.3)) return { bytes: Buffer.from(head, 'latin1'), breaks: false, method }
  const body = Buffer.from(bodyOf(dice, odd, door))
  const length = Buffer.from(`${head.slice(0, -2)}Content-Length: ${body.length}\r\n\r\n`, 'latin1')
  return { bytes: Buffer.concat([length, body]), breaks: false, method }
}

function bodyOf(dice: Dice, odd: OddValues, { body }: Door): string {
  if (dice.chance(0.2)) return odd.value(dice)
  const id = dice.below(CLIENTS)
  if (body === 'schema') return `{"schema":${dice.chance(0.5) ? JSON.stringify(app.schema) : odd.value(dice)}}`
  if (body === 'frames') return `{"type":"ping","confirmed":${odd.value(dice)}}\n${odd.text(dice)}\n`
  const call = `{"mutationID":${dice.chance(0.8) ? 1 + dice.below(3) : odd.value(dice)},"name":"put",${oddArgs(dice, odd).slice(1).replace('"json":', '"args":')}`
  return `{"clientID":"poster-${id}","mutations":[${call}]}`
}

function headOf(dice: Dice, odd: OddValues, method: string, door: Door): string {
  const lines = [`${method} ${target(dice, odd, door)} HTTP/1.1`, 'Host: x']
  if (dice.chance(0.8)) lines.push(`Authorization: ${dice.pick(TOKENS)}`)
  for (let count = dice.below(3); count > 0; count--) {
    const [name, values] = dice.pick(HEADERS)
    lines.push(`${name}: ${dice.chance(0.8) ? dice.pick(values) : printable(odd.text(dice))}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

function target(dice: Dice, odd: OddValues, door: Door): string {
  if (dice.chance(0.05)) return `/${encode(odd.text(dice), dice)}`
  const room = dice.chance(0.9) ? roomOf(dice) : encode(odd.text(dice), dice)
  const path = door.path.replace(':room', () => room)
  const queries = (door.query ?? ['token', 'x']).map(
    (name) => `${name}=${dice.chance(0.4) ? dice.below(3000) : encode(odd.text(dice), dice)}`,
  )
  return dice.chance(0.6) ? `${path}?${queries.join('&')}` : path
}

function roomOf(dice: Dice): string {
  const room = dice.pick(ROOMS)
  return dice.chance(0.5) ? room : dice.pick(DISGUISES)(room)
}

/** What a request's line can hold. */
function encode(text: string, dice: Dice): string {
  // A surrogate without its other half has no encoding.
  const short = text.slice(0, 300).replace(/\p{Cs}/gu, '')
  if (dice.chance(0.5)) return encodeURIComponent(short)
  return printable(short).replace(/[ #]/g, '')
}

function printable(text: string): string {
  return text
    .slice(0, 300)
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
}
