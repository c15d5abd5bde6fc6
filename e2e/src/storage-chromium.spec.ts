import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { killBrowser } from './kill-browser.ts'
import { openStoragePage, renewWorker, run } from './storage-page.ts'

const KILLS = 20

for (const [kind, missing] of [
  ['disk', []],
  ['mirror', ['opfs']],
] as const) {
  test(`${kind}: a quota that is used up fails commits, and nothing else`, async ({ profile, server }) => {
    const page = await openStoragePage(profile)
    // Before it opens: of what was left then, Chromium lends IndexedDB a share for half a minute, without asking again.
    const devTools = await profile.newCDPSession(page)
    await devTools.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 8_000_000 })
    await run(page, 'open', { name: 'a', missing })
    await run(page, 'append', 10)
    const failed = await run(page, 'fill')
    expect(failed).toMatch(kind === 'disk' ? /^SQLITE_FULL$/ : /could not be brought up to date/)
    await devTools.send('Storage.overrideQuotaForOrigin', { origin: server.url })
    await run(page, 'append', 1)
    const { queued, checks } = await run(page, 'look')
    expect(checks).toEqual(['ok', 'ok'])
    // It was the quota that stopped it: a megabyte a row.
    expect(queued).toBeLessThan(30)
    await run(page, 'close')
    expect(await run(page, 'open', { name: 'a', missing })).toMatchObject({ kind })
    expect(await run(page, 'look')).toMatchObject({ queued, checks: ['ok', 'ok'] })
  })

  test(`[G5] ${kind}: ${KILLS} kills of the browser in the middle of commits and imports leave both databases whole`, async ({
    openProfile,
  }) => {
    test.setTimeout(600_000)
    const directory = mkdtempSync(join(tmpdir(), 'savepoint-killed-'))
    let committed = 0
    for (let i = 0; i <= KILLS; i++) {
      const profile = await openProfile(directory)
      const page = await openStoragePage(profile)
      await run(page, 'open', { name: 'a', missing })
      const { queued, base, checks } = await run(page, 'look')
      expect(checks).toEqual(['ok', 'ok'])
      expect(queued).toBeGreaterThanOrEqual(committed)
      expect(base[0]).toBe(base[1])
      if (i > 0) expect(base[2]).toBeGreaterThanOrEqual(2000)
      else await run(page, 'import', 0, 2000)
      if (i === KILLS) {
        await profile.close()
        break
      }
      // As told by the page, which hears of a commit after it has happened.
      let told = 0
      await page.exposeFunction('committed', () => {
        told++
      })
      await page.evaluate(() => {
        new BroadcastChannel('commits').onmessage = () => (globalThis as unknown as { committed(): void }).committed()
      })
      void run(page, 'churn', 2000).catch(() => {})
      const wanted = 30 + i * 7
      await expect.poll(() => told, { intervals: [5] }).toBeGreaterThan(wanted)
      await killBrowser(profile, directory)
      committed = queued + told
    }
    rmSync(directory, { recursive: true, force: true })
  })
}

test('figures', async ({ profile }) => {
  const page = await openStoragePage(profile)
  const quantiles = (times: number[]) => {
    const sorted = times.toSorted((a, b) => a - b)
    return [0.5, 0.99].map((share) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2)).join('/')
  }
  for (const [kind, missing] of [
    ['disk', []],
    ['mirror', ['opfs']],
  ] as const) {
    await run(page, 'open', { name: 'a', missing })
    const imported = await run(page, 'import', 1, 50_000)
    const append = quantiles(await run(page, 'append', 1000))
    const rebase = quantiles(await run(page, 'speculate', 1000))
    await run(page, 'close')
    await page.reload()
    await renewWorker(page)
    const cold = await run(page, 'open', { name: 'a', missing })
    expect(cold.rows).toBe(50)
    const figures = `import of ${imported.bytes} bytes ${imported.ms.toFixed(0)}, commit p50/p99 ${append}, rebase of 1,000 ${rebase}, start to first query ${cold.ms.toFixed(0)}`
    console.log(`${kind}, ms: ${figures}`)
    await run(page, 'close')
    await renewWorker(page)
  }
})
