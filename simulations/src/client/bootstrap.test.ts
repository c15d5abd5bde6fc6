import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fate } from './tcp-proxy.contract.ts'
import { isSettled, TRANSPORT, until, World } from './world.contract.ts'

const ROWS = 5000

let world: World

beforeEach(async () => {
  world = await World.open()
  const writer = await world.client()
  expect(await writer.mutate.fill({ rows: ROWS }).confirmed).toMatchObject({ ok: true })
  await writer.close()
  // Its lines may be kept for the next request.
  world.proxy.cut()
})
afterEach(() => world.close())

/** Opens a client that looks at the room from its first moment, with one call pending. */
async function watched(directory?: string) {
  const { client, events } = await world.member({ autoStart: false, ...(directory !== undefined && { directory }) })
  const live = client.live<{ notes: number; calls: number }>(
    'SELECT (SELECT count(*) FROM notes) AS notes, (SELECT count(*) FROM calls) AS calls',
  )
  const seen = new Set<string>()
  const look = () => seen.add(live.rows.map(({ notes, calls }) => `${notes} ${calls}`).join())
  live.subscribe(look)
  const versions: (number | null)[] = []
  client.onStatus(() => {
    look()
    versions.push(client.status.version)
  })
  client.mutate.call({ who: 'me', number: 1 })
  look()
  client.start()
  /** Attempts wait longer each time; the test need not. */
  const settled = () =>
    until(() => {
      if (client.status.connection === 'offline') client.start()
      return isSettled(client)
    })
  return { client, events, seen, versions, settled }
}

/** Over HTTP what a client says goes on connections of its own, one a time. */
const [up, afterHello]: ['socket' | 'post', Fate] = TRANSPORT === 'http' ? ['post', { cutDownAt: 10 }] : ['socket', { cutUpAt: 620 }]

const stages: [string, 'socket' | 'post' | 'snapshot', Fate][] = [
  ['before the socket opens', 'socket', { cutDownAt: 10 }],
  ['before hello arrives', up, { cutUpAt: 330 }],
  ['in the middle of the welcome', 'socket', { cutDownAt: 180 }],
  ['before the snapshot begins', 'snapshot', { cutDownAt: 0 }],
  ['in the headers of the snapshot', 'snapshot', { cutDownAt: 100 }],
  ['in the middle of the snapshot', 'snapshot', { cutDownAt: 20_000 }],
  ['near the end of the snapshot', 'snapshot', { cutDownAt: 120_000 }],
  ['after the second hello', up, afterHello],
  ['in the middle of the poke that follows', 'socket', { cutDownAt: 420 }],
]

describe('[G3] [G7] the line is cut', () => {
  test.each(stages)('%s', async (_, failing, fate) => {
    world.proxy.counts.socket = 0
    world.proxy.counts.post = 0
    world.proxy.counts.snapshot = 0
    world.proxy.fateOf = (kind, count) => (kind === failing && count <= 2 ? fate : {})
    const { client, seen, versions, settled } = await watched()
    await settled()
    await world.converged(client)
    expect(world.proxy.counts[failing]).toBeGreaterThan(1)
    expect([...seen]).toEqual(['0 1', `${ROWS} 1`])
    expect(versions.filter((version, i) => (version ?? 0) < (versions[i - 1] ?? 0))).toEqual([])
    expect(world.server().rows('SELECT count(*) AS n FROM calls')).toEqual([{ n: 1 }])
  })
})

test('[G5] a client that is killed while it fetches starts over with what it had', async () => {
  const directory = world.directory()
  world.proxy.fateOf = (kind) => (kind === 'snapshot' ? { holdDownAt: 20_000 } : {})
  const { client } = await watched(directory)
  await until(() => client.status.connection === 'catching-up' && world.proxy.counts.snapshot > 0)
  const copy = world.directory(directory)
  await client.close()
  world.proxy.fateOf = () => ({})
  const next = await world.client({ directory: copy })
  await world.converged(next)
  expect(await next.query('SELECT count(*) AS n FROM notes')).toEqual([{ n: ROWS }])
  expect(world.server().rows('SELECT count(*) AS n FROM calls')).toEqual([{ n: 1 }])
})

test('[G5] a base that came as a snapshot is there offline, also if nothing followed it', async () => {
  const directory = world.directory()
  let client = await world.client({ directory })
  await until(() => isSettled(client))
  const copy = world.directory(directory)
  await client.close()
  for (const place of [directory, copy]) {
    client = await world.client({ directory: place, autoStart: false })
    expect(client.status.version).toBe(1)
    expect(await client.query('SELECT count(*) AS n FROM notes')).toEqual([{ n: ROWS }])
  }
})

test('mutations that are called while it is fetched are predicted on what there is, and then on the whole', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const client = await world.client({
    wrapTransport: (transport) => ({
      ...transport,
      fetchSnapshot: async (signal, progress) => {
        const snapshot = await transport.fetchSnapshot(signal, progress)
        await held
        return snapshot
      },
    }),
  })
  await until(() => client.status.connection === 'catching-up')
  const handle = client.mutate.note({ id: 1, text: 'mine' })
  expect(await client.query('SELECT count(*) AS n FROM notes')).toEqual([{ n: 1 }])
  release()
  expect(await handle.confirmed).toMatchObject({ ok: true, diverged: false })
  await world.converged(client)
  expect(await client.query('SELECT text FROM notes WHERE id = 1')).toEqual([{ text: 'mine' }])
})
