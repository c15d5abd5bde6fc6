import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { dial, join, start } from '../testing/start.ts'
import { TestClient } from '../testing/test-client.ts'

const admin = { authorization: 'Bearer root' }

/** Everyone may do everything, and who has the token is an admin. */
const authorize = (request: Request) => ({ admin: request.headers.get('authorization') === admin.authorization })

/** Figures by name and labels; throws where the text is not of Prometheus' format. */
function parse(text: string): Map<string, number> {
  const figures = new Map<string, number>()
  const types = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line === '' || /^# HELP [a-zA-Z_:][\w:]* .+$/.test(line)) continue
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary)$/.exec(line)
    if (type !== null) {
      expect(types.has(type[1] as string), `one TYPE of ${type[1]}`).toBe(false)
      types.set(type[1] as string, type[2] as string)
      continue
    }
    const sample = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? ([-+.\dNaInfe]+)$/.exec(line)
    expect(sample, `a sample: ${line}`).not.toBeNull()
    const [, name = '', labels = '', value] = sample as RegExpExecArray
    expect(types.has(name) || types.has(name.replace(/_(bucket|sum|count)$/, '')), `a TYPE before ${name}`).toBe(true)
    if (types.get(name) === 'counter') expect(name).toMatch(/_total$/)
    expect(figures.has(name + labels), `one sample of ${name}${labels}`).toBe(false)
    figures.set(name + labels, Number(value))
  }
  return figures
}

async function scrape(url: string, headers = {}): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`, { headers })
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  return parse(await response.text())
}

test('figures count what happened, by outcome and by whose a poke is, and are well formed while there is load', async () => {
  const server = await start({ authorize, metrics: {} })
  // A figure that begins with its first event has not gone up, for who asks by how much it has.
  expect(await scrape(server.url, admin)).toContainEqual(['savepoint_errors_total{event="thread-stuck"}', 0])
  const [one, two] = [await join(server, 'one'), await join(server, 'two')]
  const first = one.mutation('addItem', { title: 'tea' })
  one.push(first)
  await one.outcome(1)
  one.push(first)
  await two.call('addItem', { title: 'tea' })
  await two.call('explode', { title: 'x' })
  two.line.send('garbage')
  await two.refusal()
  let isScraping = true
  const scrapes = (async () => {
    const all = []
    while (isScraping) all.push(await scrape(server.url, admin))
    return all
  })()
  one.push(...Array.from({ length: 1000 }, (_, i) => one.mutation('addItem', { title: `${i}` })))
  await one.outcome(1001)
  isScraping = false
  const during = await scrapes
  const now = await scrape(server.url, admin)

  expect(now.get('savepoint_mutations_total{outcome="confirmed"}')).toBe(1001)
  expect(now.get('savepoint_mutations_total{outcome="constraint"}')).toBe(1)
  expect(now.get('savepoint_mutations_total{outcome="rejected"}')).toBe(1)
  expect(now.get('savepoint_mutations_total{outcome="repeated"}')).toBe(1)
  expect(now.get('savepoint_batch_mutations_sum')).toBe(1003)
  for (const name of ['commit', 'push', 'poke']) expect(now.get(`savepoint_${name}_seconds_count`)).toBeGreaterThan(3)
  expect(now.get('savepoint_push_seconds_sum')).toBeGreaterThan(now.get('savepoint_commit_seconds_sum') as number)
  expect(now.get('savepoint_pokes_total{holds="own"}')).toBeGreaterThanOrEqual(3)
  expect(now.get('savepoint_pokes_total{holds="others"}')).toBe(3)
  expect(now.get('savepoint_lines_closed_total{code="bad-message"}')).toBe(1)
  expect(now.get('savepoint_lines{state="live"}')).toBe(1)
  expect(now.get('savepoint_rooms_open')).toBe(1)
  expect(now.get('savepoint_log_versions')).toBe(1003)
  expect(now.get('savepoint_room_bytes')).toBeGreaterThan(100_000)
  expect(now.get('savepoint_log_characters_total')).toBeGreaterThan(50_000)
  expect(now.get('process_cpu_seconds_total')).toBeGreaterThan(0)
  const confirmed = [...during, now].map((figures) => figures.get('savepoint_mutations_total{outcome="confirmed"}') as number)
  expect(confirmed).toEqual([...confirmed].sort((a, b) => a - b))
})

test('no label grows with rooms, clients or mutators', async () => {
  const server = await start({ authorize, metrics: {} })
  for (let i = 0; i < 3; i++) {
    const line = await dial(server, `room-${i}`)
    const client = new TestClient(line, `client-${i}`)
    await client.greet({ next: 'snapshot' })
    client.push(client.mutation(`mutator-${i}`))
  }
  const text = [...(await scrape(server.url, admin)).keys()].filter((name) => name.startsWith('savepoint')).join('\n')
  expect(text).not.toMatch(/(room|client|mutator)-\d/)
})

describe('who may read the figures', () => {
  test('on the server’s own port: admins', async () => {
    const server = await start({ authorize, metrics: {} })
    const refused = await fetch(`${server.url}/metrics`)
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ code: 'unauthorized' })
    expect((await scrape(server.url, admin)).size).toBeGreaterThan(50)
    const open = await start({ metrics: {} })
    expect((await fetch(`${open.url}/metrics`)).status).toBe(401)
  })

  test('on a port of their own: whoever reaches it, which by default is the machine alone; and nothing else is there', async () => {
    const registry = new Registry()
    const free = await start()
    await free.close()
    const server = await start({ metrics: { port: free.port, registry } })
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404)
    const own = `http://127.0.0.1:${free.port}`
    const figures = await scrape(own)
    expect(figures.has('savepoint_rooms_open')).toBe(true)
    expect(figures.has('process_cpu_seconds_total')).toBe(false)
    for (const path of ['/', '/rooms/shop/changes?since=0', '/admin']) expect((await fetch(own + path)).status).toBe(404)
    await server.close()
    await expect(fetch(`${own}/metrics`)).rejects.toThrow()
  })

  test('where none are kept, there is no such door', async () => {
    const server = await start({ authorize })
    expect((await fetch(`${server.url}/metrics`, { headers: admin })).status).toBe(404)
  })
})
