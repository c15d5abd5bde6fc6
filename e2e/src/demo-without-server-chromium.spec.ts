import type { Page } from '@playwright/test'
import { BoardPage } from './board-page.ts'
import { expect, test } from './fixtures.ts'

async function labIsLive(page: Page): Promise<void> {
  for (const name of ['client1', 'client2', 'client3'])
    await expect(page.locator(`[data-client="${name}"]`).getByText('live', { exact: true })).toBeVisible()
}

test('[G1] [G5] built as a static site, under a path, the demo runs with no server at all: two devices agree, and a reload offline has it all', async ({
  profile,
  server,
}) => {
  await server.stopSync()
  const ada = await BoardPage.open(profile, server, 'ours', `${server.url}/demo/?device=1`)
  await ada.fill()
  const bob = await BoardPage.open(profile, server, 'ours', `${server.url}/demo/?device=2`)
  await bob.isLive()
  await bob.addExpense('Lamp oil', '12.50', 'home')
  await expect(ada.expense('Lamp oil')).toBeVisible()
  const before = await ada.balance('Household').textContent()
  await ada.transfer('Household', 'Savings', '10')
  await expect(ada.balance('Household')).not.toHaveText(before ?? '')
  const after = (await ada.balance('Household').textContent()) ?? ''
  await expect(bob.balance('Household')).toHaveText(after)
  await profile.setOffline(true)
  await ada.page.reload()
  await expect(ada.balance('Household')).toHaveText(after)
  await ada.isLive()
  await ada.addExpense('Written offline', '1')
  await expect(bob.expense('Written offline')).toBeVisible()
  expect([...ada.complaints, ...bob.complaints]).toEqual([])
})

test('the page leads from its server to none and back, and the lab runs its scenario with none', async ({ profile, server }) => {
  const page = await profile.newPage()
  await page.goto(`${server.syncURL}/#/lab/together`)
  await labIsLive(page)
  await page.getByRole('link', { name: 'Run it with no server' }).click()
  await expect(page).toHaveURL(`${server.syncURL}/?server=worker#/lab/together`)
  await labIsLive(page)
  await server.stopSync()
  await page.getByLabel('Speed').selectOption('10')
  await page.getByRole('button', { name: 'Play the three clients' }).click()
  await expect(page.getByText(/It is over: everyone has Food 1, at version 13/).first()).toBeVisible()
  await server.startSync()
  await page.getByRole('link', { name: 'Use the server' }).click()
  await expect(page).toHaveURL(`${server.syncURL}/#/lab/together`)
  await expect(page.getByRole('region', { name: 'Server' }).locator('[data-version="0"]')).toBeVisible()
})
