import { ROOM_LOG_RULES } from '@savepoint/server'
import { expect, test } from './fixtures.ts'

for (const { name } of ROOM_LOG_RULES) {
  test(`a room's log in IndexedDB: ${name}`, async ({ profile }) => {
    const page = await profile.newPage()
    await page.goto('/room-log.html')
    await page.waitForFunction(() => 'breach' in globalThis)
    expect(await page.evaluate((rule) => globalThis.breach(rule), name)).toBeNull()
  })
}
