import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { dial, join, start } from '../testing/start.ts'
import { TestClient } from '../testing/test-client.ts'
import { logEvents } from './log-events.ts'

/** What must never be in a log unless it is asked for. */
const CANARY = 'canary-7f3a'

interface Lines {
  readonly text: () => string
  readonly lines: () => readonly { readonly [field: string]: unknown }[]
  readonly log: ReturnType<typeof pino>
}

function collect(level = 'debug'): Lines {
  let text = ''
  const sink = new Writable({
    write(chunk, _, done) {
      text += String(chunk)
      done()
    },
  })
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  return { text: () => text, lines, log: pino({ level }, sink) }
}

/** A server that is given the canary in every place where secrets are, and fails in each. */
async function visitWithCanaries(log: Lines['log'], logMessages = false): Promise<void> {
  const server = await start({
    log,
    logMessages,
    authorize: (request) => {
      if (request.headers.get('authorization')?.endsWith('broken')) throw new Error(`cannot read ${request.headers.get('authorization')}`)
      return request.headers.get('cookie')?.includes(CANARY) ? { identity: 'ann', secret: CANARY } : null
    },
    afterCommit: ({ args }) => {
      throw new Error(`no mail for ${JSON.stringify(args)}`)
    },
    serverMutators: {
      explode: (_tx, { title }) => {
        throw new Error(`cannot explode ${title}`)
      },
    },
  })
  const client = await join(server, 'one', { cookie: `session=${CANARY}`, authorization: `Bearer ${CANARY}` })
  await client.call('addItem', { title: CANARY })
  await client.call('addItem', { title: CANARY })
  await client.call('explode', { title: CANARY })
  await client.call('order', { title: `${CANARY}-missing` })
  client.line.send(`{"type":"${CANARY}"}`)
  await client.refusal()
  for (const token of [`${CANARY}-broken`, CANARY]) {
    const refused = new TestClient(await dial(server, 'shop', { authorization: `Bearer ${token}` }))
    refused.sayHello()
    expect(await refused.refusal()).toMatchObject({ code: 'unauthorized' })
    const answer = await fetch(`${server.url}/rooms/shop/changes?since=0&token=${CANARY}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(401)
  }
  await server.close()
}

test('a log tells what happened, with room and client, and holds no argument, token, cookie or message of the app’s errors', async () => {
  const { log, text, lines } = collect()
  await visitWithCanaries(log)
  expect(text()).not.toContain(CANARY)
  const found = (event: string) => lines().filter((line) => line.event === event)
  expect(found('room-opened')).toMatchObject([{ level: 30, room: 'shop', version: 0, msg: 'room opened' }])
  expect(found('batch-committed').filter(({ mutator }) => mutator !== undefined)).toMatchObject([
    { level: 20, room: 'shop', client: 'one', mutator: 'addItem', mutationID: 2, reason: 'constraint', code: 'unique' },
    { level: 40, client: 'one', mutator: 'explode', mutationID: 3, msg: 'mutator failed: error' },
    { level: 20, client: 'one', mutator: 'order', code: 'no-such-item' },
  ])
  expect(found('after-commit-failed')).toMatchObject([
    { level: 50, room: 'shop', err: { type: 'Error', stack: expect.stringContaining('at ') } },
  ])
  expect(found('request-failed')).toHaveLength(2)
  expect(found('refused').map(({ code }) => code)).toEqual(Array(4).fill('unauthorized'))
  expect(found('line-closed')).toContainEqual(expect.objectContaining({ level: 40, room: 'shop', client: 'one', code: 'bad-message' }))
  expect(found('room-closed')).toHaveLength(1)
})

test('messages of the app’s errors are written where that is asked for', async () => {
  const { log, text, lines } = collect('error')
  await visitWithCanaries(log, true)
  expect(lines().map(({ event }) => event)).toEqual(['after-commit-failed', 'request-failed', 'request-failed'])
  expect(text()).toContain(`no mail for {\\"title\\":\\"${CANARY}\\"}`)
  expect(text()).toContain(`cannot read Bearer ${CANARY}-broken`)
})

test.each(['error', 'internal', 'timeout', 'out-of-memory'])('a mutation that was ended or threw, %s, is a warning', (code) => {
  const { log, lines } = collect()
  const write = logEvents({ log })
  const figures = { confirmed: 0, failed: { rejected: 1 }, repeated: 0, refused: 0, clients: 1, logLength: 1, waitMs: 0, commitMs: 0 }
  const mutation = { clientID: 'one', mutationID: 1, name: 'hoard', version: 1, failure: { reason: 'rejected', code } as const }
  write({ event: 'batch-committed', room: 'shop', from: 0, to: 1, at: 0, ...figures, mutations: [mutation] })
  expect(lines()).toContainEqual(expect.objectContaining({ level: 40, mutator: 'hoard', code }))
})
