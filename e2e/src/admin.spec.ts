import type { BrowserContext, Page } from '@playwright/test'
import { createClient } from '@savepoint/client/node'
import { mutators, schema } from '@savepoint-demo/mutators'
import { expect, test } from './fixtures.ts'
import type { TestServer } from './test-server.ts'

/** Everyone may use rooms; the page is for who has the token. */
async function startWithAdmin(server: TestServer): Promise<void> {
  await server.stopSync()
  await server.startSync({
    admin: {},
    authorize: (request, { action }) =>
      action === 'admin' ? { admin: request.headers.get('authorization') === 'Bearer let me see' } : { identity: 'ann' },
  })
}

async function openAdmin(server: TestServer, profile: BrowserContext): Promise<Page> {
  const page = await profile.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('401') && errors.push(message.text()))
  await page.goto(`${server.syncURL}/admin`)
  expect(errors).toEqual([])
  return page
}

function client(server: TestServer, room: string) {
  return createClient({ schema, mutators, url: server.syncURL, room })
}

test('who has the token sees rooms, and mutations as they come', async ({ server, profile }) => {
  await startWithAdmin(server)
  const ann = await client(server, 'kitchen')
  await ann.mutate.createCategoryOrIncrementIfExists({ name: 'tea', incrementBy: 1 }).confirmed

  const page = await openAdmin(server, profile)
  await expect(page.getByRole('table')).toHaveCount(0)
  await page.getByLabel('Token').fill('something else')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('does not take this token')
  await page.getByLabel('Token').fill('let me see')
  await page.keyboard.press('Enter')
  const row = page.getByRole('row', { name: /kitchen/ })
  await expect(row).toContainText('serving')

  const link = page.getByRole('link', { name: 'kitchen' })
  await link.focus()
  const version = row.locator('[data-name=version]')
  await ann.mutate.createCategoryOrIncrementIfExists({ name: 'tea', incrementBy: 1 }).confirmed
  await expect(version).toHaveText('2')
  await expect(link).toBeFocused()

  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('kitchen')
  const tail = page.getByRole('table', { name: /Last mutations/ })
  await expect(tail.getByRole('row')).toHaveCount(3)
  await ann.mutate.createCategoryOrIncrementIfExists({ name: 'milk', incrementBy: 1 }).confirmed
  await expect(tail.getByRole('row')).toHaveCount(4)
  await expect(tail).not.toContainText('milk')

  await page.getByRole('button', { name: 'Pause' }).click()
  await ann.mutate.createCategoryOrIncrementIfExists({ name: 'milk', incrementBy: 1 }).confirmed
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(tail.getByRole('row')).toHaveCount(5)
  await ann.close()
})

test('on a phone nothing has to be scrolled sideways, and a server that is gone is told of', async ({ server, profile }) => {
  await startWithAdmin(server)
  const ann = await client(server, 'a-room-with-a-name-that-is-far-longer-than-any-phone-is-wide-but-allowed')
  await ann.mutate.createCategoryOrIncrementIfExists({ name: 'tea', incrementBy: 1 }).confirmed
  const page = await openAdmin(server, profile)
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByLabel('Token').fill('let me see')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: /a-room/ }).click()
  await expect(page.getByRole('table', { name: /Lines/ })).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await ann.close()
  await server.stopSync()
  await expect(page.getByRole('alert')).toContainText('does not answer')
  await server.startSync()
})
