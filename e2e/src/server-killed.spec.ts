import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KillableServer } from '@savepoint-demo/simulations/killable-server'
import { expect } from './fixtures.ts'
import { counts, openTab, test, untilConnection, untilSettled } from './tab-test.ts'

const PROGRAM = fileURLToPath(new URL('./server-process.ts', import.meta.url))
const KILLS = 3

test('[G1] [G4] [G5] a server that is killed under open pages loses nothing of theirs, and takes nothing twice', async ({
  profile,
  openProfile,
  server,
}) => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-killed-rooms-'))
  const killable = new KillableServer(directory, PROGRAM)
  await killable.start()
  const options = { url: killable.url.replace('127.0.0.1', 'localhost') }
  const other = await openProfile()
  const tabs = [await openTab(profile, server, options), await openTab(profile, server, options), await openTab(other, server, options)]
  for (const tab of tabs) await untilConnection(tab, 'live')
  const called: string[] = []
  const calls = (turn: string, each: number) =>
    tabs.map((tab, i) => {
      const names = Array.from({ length: each }, (_, n) => `${turn} ${i} ${n}`)
      called.push(...names)
      return tab.evaluate((all) => {
        const handles = all.map((name) => globalThis.tab.client.mutate.createCategoryOrIncrementIfExists({ name, incrementBy: 1 }))
        return Promise.race(handles.map(({ confirmed }) => confirmed))
      }, names)
    })
  for (let kill = 1; kill <= KILLS; kill++) {
    // In the middle of it: some are confirmed, and some are on their way or not sent yet.
    await Promise.race(calls(`up ${kill}`, 100))
    await killable.kill()
    for (const tab of tabs) await untilConnection(tab, 'offline')
    void calls(`down ${kill}`, 3)
    await killable.start()
    for (const tab of tabs) await untilSettled(tab)
  }
  const wanted = called.map((name) => `${name} 1`).sort()
  for (const tab of tabs) expect((await counts(tab)).sort()).toEqual(wanted)
  const fresh = await openTab(await openProfile(), server, options)
  await untilSettled(fresh)
  expect((await counts(fresh)).sort()).toEqual(wanted)
  await killable.kill()
  rmSync(directory, { recursive: true, force: true })
})
