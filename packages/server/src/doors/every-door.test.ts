import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createSavepointServer } from '../create-server.ts'
import { systemWorld } from '../node.ts'
import { Line } from '../testing/line.ts'
import { shopMutators, shopSchema } from '../testing/shop.ts'
import { start } from '../testing/start.ts'
import { TestClient } from '../testing/test-client.ts'
import type { Authorize } from './authorize.ts'

/** Who comes, by what they show. */
const VISITORS = {
  nobody: {},
  'an expired token': { authorization: 'Bearer expired' },
  'a token for another room': { authorization: 'Bearer elsewhere' },
  'a reader': { authorization: 'Bearer reader' },
  'a writer': { authorization: 'Bearer writer' },
  'a writer, where there is no room': { authorization: 'Bearer writer' },
  'who may create rooms, where there is none': { authorization: 'Bearer owner' },
} as const

/** To them it is not said whether there is a room. */
const STRANGERS: readonly Visitor[] = ['nobody', 'an expired token', 'a token for another room']

type Visitor = keyof typeof VISITORS

const authorize: Authorize = (request, { room, action }) => {
  switch (request.headers.get('authorization')) {
    case 'Bearer expired':
      return { identity: 'ada', expiresAt: 1 }
    case 'Bearer elsewhere':
      return room === 'elsewhere' ? { identity: 'ada' } : null
    case 'Bearer reader':
      return action === 'read' ? { identity: 'ada' } : null
    case 'Bearer writer':
      return action === 'read' || action === 'push' ? { identity: 'bob' } : null
    case 'Bearer owner':
      return { identity: 'owner' }
    default:
      return null
  }
}

type Answers = { readonly [visitor in Visitor]: string }

/** What doors that give a room's content answer. */
const READING: Answers = {
  nobody: '401 unauthorized',
  'an expired token': '401 expired',
  'a token for another room': '401 unauthorized',
  'a reader': '200',
  'a writer': '200',
  'a writer, where there is no room': '404 no-room',
  'who may create rooms, where there is none': '200',
}

const OPEN = allAnswered('200')

/** What the page for who runs the server answers: none of these is an admin. */
const SIGN_IN = '401, a page that asks for a token'

/** Every door, and what it answers to pages of its own origin, or to no page. Pages of others get a 403 wherever somebody is asked for. */
const DOORS: { readonly [door: string]: Answers } = {
  'GET /rooms/:room/socket': {
    nobody: 'unauthorized',
    'an expired token': 'expired',
    'a token for another room': 'unauthorized',
    'a reader': 'follows the room; a push is refused as read-only',
    'a writer': 'follows the room, and may push',
    'a writer, where there is no room': 'no-room',
    'who may create rooms, where there is none': 'follows the room, and may push',
  },
  'GET /rooms/:room/line': READING,
  // Only who opened the line knows its name.
  'POST /rooms/:room/line': allAnswered('410 no-line'),
  'PUT /rooms/:room': { ...READING, 'who may create rooms, where there is none': '201' },
  'GET /rooms/:room/snapshot': READING,
  'GET /rooms/:room/changes': READING,
  'GET /rooms/:room/events': READING,
  'POST /rooms/:room/mutations': { ...READING, 'a reader': '403 read-only' },
  'GET /openapi.json': OPEN,
  'GET /admin': allAnswered(SIGN_IN),
  'GET /admin/script.js': OPEN,
  'GET /admin/style.css': OPEN,
  'GET /metrics': allAnswered('401 unauthorized'),
  'GET /healthz': OPEN,
  'GET /readyz': OPEN,
}

/** Where a page of another origin is refused. */
function refusesForeign(door: string): boolean {
  return /\/(rooms|admin|metrics)/.test(door)
}

function allAnswered(answer: string): Answers {
  return Object.fromEntries(Object.keys(VISITORS).map((visitor) => [visitor, answer])) as Answers
}

const ORIGINS = { 'its own origin': (url: string) => url, 'a foreign origin': () => 'https://evil.example' } as const

async function openServer(): Promise<{ readonly url: string }> {
  const server = await start({ authorize, metrics: {}, admin: {} })
  // The room is there: who may only read could not make it.
  const { status } = await fetch(`${server.url}/rooms/shop/changes?since=0`, { headers: { authorization: 'Bearer owner' } })
  expect(status).toBe(200)
  return server
}

async function knock(url: string, method: string, visitor: Visitor, origin: string): Promise<string> {
  const headers = { ...VISITORS[visitor], origin }
  if (url.endsWith('/socket')) return await knockBySocket(url, headers)
  const mutations = [{ mutationID: 1, name: 'addItem', args: { title: 'tea' } }]
  const body = url.endsWith('/mutations') ? { body: JSON.stringify({ clientID: visitor, mutations }) } : {}
  const response = await fetch(url.endsWith('/changes') ? `${url}?since=0` : url, { method, headers, ...body })
  if (response.headers.get('content-type') === 'text/event-stream') {
    await response.body?.cancel()
    return String(response.status)
  }
  const text = await response.text()
  if (response.ok) return String(response.status)
  return text.includes('id="sign-in"') ? SIGN_IN : `${response.status} ${JSON.parse(text).code}`
}

async function knockBySocket(url: string, headers: { [name: string]: string }): Promise<string> {
  let client: TestClient
  try {
    client = new TestClient(await Line.dial(url.replace('http', 'ws'), headers))
  } catch (error) {
    return (/\d{3}/.exec(String(error)) ?? [String(error)])[0]
  }
  client.sayHello()
  const frame = await client.line.next()
  if (frame?.type === 'refusal') return String(frame.code)
  if (frame?.readOnly === null) return 'follows the room, and may push'
  client.push(client.mutation('addItem', { title: 'tea' }))
  return `follows the room; a push is refused as ${(await client.refusal()).code}`
}

describe.each(Object.entries(DOORS))('[G9] %s', (door, answers) => {
  test.each(Object.keys(ORIGINS) as (keyof typeof ORIGINS)[])('from %s', async (origin) => {
    const server = await openServer()
    const isForeign = origin === 'a foreign origin' && refusesForeign(door)
    const [method, path] = door.split(' ') as [string, string]
    for (const visitor of Object.keys(VISITORS) as Visitor[]) {
      const rooms = STRANGERS.includes(visitor) ? ['shop', 'none'] : [visitor.includes('where there is no') ? 'none' : 'shop']
      for (const room of rooms) {
        const answer = await knock(server.url + path.replace(':room', room), method, visitor, ORIGINS[origin](server.url))
        const expected = isForeign ? expect.stringMatching(/^403( foreign-origin)?$/) : answers[visitor]
        expect(answer, `${visitor}, ${room}`).toEqual(expected)
      }
    }
  })
})

test('no door is missing here', () => {
  const unused = () => {
    throw new Error('No room is opened')
  }
  const snapshots = { current: unused, kept: unused }
  const { app } = createSavepointServer(
    { schema: shopSchema, mutators: shopMutators, authorize, admin: {} },
    { world: systemWorld, storageOf: unused, hasRoom: unused, snapshots, metrics: { contentType: 'text/plain', text: unused } },
  )
  const routes = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)
  expect([...new Set([...routes, 'GET /rooms/:room/socket'])].sort()).toEqual(Object.keys(DOORS).sort())
})

test('the guide has this table', () => {
  const visitors = Object.keys(VISITORS) as Visitor[]
  const rows = Object.entries(DOORS).map(([door, answers]) => [
    `\`${door}\``,
    ...visitors.map((visitor) => answers[visitor]),
    refusesForeign(door) ? '403' : 'as its own',
  ])
  const table = [['door', ...visitors, 'a page of a foreign origin'], Array(visitors.length + 2).fill('---'), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  )
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guide/security.md'), 'utf8')
  expect(guide).toContain(`${table.join('\n')}\n`)
})
