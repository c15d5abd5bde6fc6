import { expect } from './fixtures.ts'
import { noSockets } from './no-sockets.ts'
import { add, counts, openTab, statusOf, test, untilConnection } from './tab-test.ts'

for (const how of ['refused', 'unanswered'] as const) {
  test(`where WebSockets are ${how} the app goes on over HTTP by itself, and others follow`, async ({ profile, openProfile, server }) => {
    const proxy = await noSockets(Number(new URL(server.syncURL).port), how)
    try {
      const behind = await openTab(profile, server, { url: proxy.url })
      expect(await add(behind, 'Food')).toMatchObject({ confirmed: { ok: true } })
      expect(await statusOf(behind)).toMatchObject({ transport: 'http' })
      const free = await openTab(await openProfile(), server)
      expect(await add(free, 'Rent')).toMatchObject({ confirmed: { ok: true } })
      expect(await statusOf(free)).toMatchObject({ transport: 'websocket' })
      await expect.poll(() => counts(behind)).toEqual(['Food 1', 'Rent 1'])
      expect(await add(behind, 'Fun')).toMatchObject({ confirmed: { ok: true } })
      await expect.poll(() => counts(free)).toEqual(['Food 1', 'Fun 1', 'Rent 1'])
      await server.stopSync()
      await untilConnection(behind, 'offline')
      await server.startSync()
      expect(await add(behind, 'Car')).toMatchObject({ confirmed: { ok: true } })
      expect(await statusOf(behind)).toMatchObject({ transport: 'http' })
    } finally {
      await proxy.close()
    }
  })
}
