import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { startServer } from '@savepoint/server/node'
import { expect, onTestFinished, test } from 'vitest'
import { app, mutators } from './endless-app.contract.ts'
import { until } from './world.contract.ts'

type EndlessClient = Client<(typeof mutators)['definitions']>

const ROUNDS = 20
const NEIGHBOURS = 4

async function startWorld() {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-endless-'))
  let endedAt = 0
  const ended: unknown[] = []
  const server = await startServer({
    app: new URL('./endless-app.contract.ts', import.meta.url),
    threads: 1,
    mutatorMsMax: 500,
    directory,
    port: 0,
    hostname: '127.0.0.1',
    onEvent(event) {
      if (event.event !== 'thread-ended') return
      endedAt = performance.now()
      ended.push(event.mutation)
    },
  })
  onTestFinished(async () => {
    await server.close()
    rmSync(directory, { recursive: true })
  })
  const open = (room: string): Promise<EndlessClient> =>
    createClient({ schema: app.schema, mutators, url: `http://127.0.0.1:${server.port}`, room })
  return { open, ended, endedAt: () => endedAt }
}

/** Calls one mutator after the other, until it is told to stop. */
function keepCalling(client: EndlessClient, caller: string, from: number) {
  let [n, stopped] = [from, false]
  const confirmedAt: number[] = []
  const done = (async () => {
    while (!stopped) {
      await client.mutate.add({ caller, n: n++ }).confirmed.unwrap()
      confirmedAt.push(performance.now())
    }
  })()
  return {
    confirmedAt,
    stop: async () => {
      stopped = true
      await done
      return n
    },
  }
}

test('[G1] [G6] [G9] a mutator that does not end is rejected, time and again, and its neighbours lose nothing', async () => {
  const { open, ended, endedAt } = await startWorld()
  const resumed: number[] = []
  const confirmed: number[] = []
  let next = 0
  for (let round = 1; round <= ROUNDS; round++) {
    const neighbours = await Promise.all(Array.from({ length: NEIGHBOURS }, (_, i) => open(`room-${i}`)))
    const calling = neighbours.map((client, i) => keepCalling(client, `caller-${i}`, next))
    const bad = await open('bad')
    const calls = [
      bad.mutate.add({ caller: 'before', n: round }),
      bad.mutate.hang({ caller: 'never', n: round }),
      bad.mutate.add({ caller: 'after', n: round }),
    ]
    const [before, never, after] = await Promise.all(calls.map(({ confirmed }) => confirmed))
    expect(before).toMatchObject({ ok: true })
    expect(never).toMatchObject({ ok: false, reason: 'rejected', code: 'timeout' })
    expect(after).toMatchObject({ ok: true })
    expect(await bad.query('SELECT caller, n FROM calls WHERE n = ? ORDER BY caller', [round])).toEqual([
      { caller: 'after', n: round },
      { caller: 'before', n: round },
    ])
    expect(ended).toHaveLength(round)
    for (const { confirmedAt } of calling) {
      await until(() => (confirmedAt.at(-1) ?? 0) > endedAt())
      resumed.push((confirmedAt.find((at) => at > endedAt()) ?? 0) - endedAt())
    }
    next = Math.max(...(await Promise.all(calling.map(({ stop }) => stop()))))
    for (const [i, { confirmedAt }] of calling.entries()) confirmed[i] = (confirmed[i] ?? 0) + confirmedAt.length
    for (const client of [...neighbours, bad]) await client.close()
  }
  for (const [i, count] of confirmed.entries()) {
    const reader = await open(`room-${i}`)
    await until(() => reader.status.connection === 'live')
    expect(await reader.query('SELECT count(*) AS count FROM calls WHERE caller = ?', [`caller-${i}`])).toEqual([{ count }])
    await reader.close()
  }
  resumed.sort((a, b) => a - b)
  console.log(`neighbours resumed after ${resumed.map(Math.round).join(', ')} ms`)
})
