import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { start } from '../testing/start.ts'
import { Readiness } from './readiness.ts'

describe('a server', () => {
  test('is ready, and alive but not ready when its disk takes nothing', async () => {
    const server = await start()
    const ready = await fetch(`${server.url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true }])
    const broken = await start()
    rmSync(broken.directory, { recursive: true })
    const answer = await fetch(`${broken.url}/readyz`)
    expect([answer.status, await answer.json()]).toEqual([503, { ready: false, why: 'disk' }])
    expect((await fetch(`${broken.url}/healthz`)).status).toBe(200)
  })
})

test('who drains is not ready, and says so first', async () => {
  const readiness = new Readiness({ checkDisk: () => Promise.reject(new Error('full')), now: () => 0 })
  readiness.drain()
  expect(await readiness.state()).toEqual({ ready: false, why: 'draining' })
})

test('who takes no pushes since the disk is nearly full is not ready until it has room', async () => {
  const readiness = new Readiness({ checkDisk: undefined, now: () => 0 })
  readiness.hear({ event: 'disk-low', freeBytes: 1 })
  expect(await readiness.state()).toEqual({ ready: false, why: 'disk' })
  readiness.hear({ event: 'disk-roomy', freeBytes: 1e9 })
  expect(await readiness.state()).toEqual({ ready: true })
})

test('the disk is asked once a second at most, and anew after that', async () => {
  let [time, checks, isFull] = [0, 0, false]
  const readiness = new Readiness({
    now: () => time,
    checkDisk: async () => {
      checks++
      if (isFull) throw new Error('full')
    },
  })
  for (let i = 0; i < 10; i++) expect(await readiness.state()).toEqual({ ready: true })
  expect(checks).toBe(1)
  isFull = true
  expect(await readiness.state()).toEqual({ ready: true })
  time = 1000
  expect(await readiness.state()).toEqual({ ready: false, why: 'disk' })
  isFull = false
  time = 2000
  expect(await readiness.state()).toEqual({ ready: true })
})
