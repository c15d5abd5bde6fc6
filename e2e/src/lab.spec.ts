import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

/** The demo's lab, in a room of its own, with all three clients connected. */
const labTest = test.extend<{ lab: Page }>({
  lab: async ({ profile, server }, use) => {
    const page = await profile.newPage()
    const errors: Error[] = []
    page.on('pageerror', (error) => errors.push(error))
    await page.goto(`${server.syncURL}/#/lab/walk-through`)
    for (const name of ['client1', 'client2', 'client3'])
      await expect(clientOf(page, name).getByText('live', { exact: true })).toBeVisible()
    await use(page)
    expect(errors).toEqual([])
  },
})

const clientOf = (page: Page, name: string): Locator => page.locator(`[data-client="${name}"]`)
const serverOf = (page: Page): Locator => page.getByRole('region', { name: 'Server' })
const countOf = (card: Locator, category: string): Locator =>
  card
    .getByRole('row')
    .filter({ has: card.page().getByRole('rowheader', { name: category }) })
    .locator('.count')
const digestsOf = (page: Page): Promise<(string | null)[]> =>
  page.locator('[data-digest]').evaluateAll((codes) => codes.map((code) => code.getAttribute('data-digest')))
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()

async function expectAgreement(page: Page): Promise<void> {
  await expect(page.locator('[data-agreement="agree"]')).toBeVisible()
  const digests = await digestsOf(page)
  expect(digests.length).toBeGreaterThan(1)
  expect(new Set(digests).size).toBe(1)
}

labTest('the three clients run to their end: one row, one version, one digest, and nothing on the page has moved', async ({ lab }) => {
  const boxes = () =>
    lab.locator('.client > .card, .server').evaluateAll((cards) => cards.map((card) => JSON.stringify(card.getBoundingClientRect())))
  const before = await boxes()
  await lab.getByLabel('Speed').selectOption('10')
  await press(lab, 'Play the three clients')
  await expect(lab.locator('[data-agreement="differ"]')).toBeVisible()
  await expect(lab.locator('.message.push').first()).toBeVisible()
  expect(await boxes()).toEqual(before)
  await expect(lab.getByRole('button', { name: 'Play again' })).toBeVisible()
  await expectAgreement(lab)
  for (const card of [serverOf(lab), ...['client1', 'client2', 'client3'].map((name) => clientOf(lab, name))]) {
    await expect(countOf(card, 'Food')).toHaveText('1')
    await expect(card.locator('[data-version]')).toHaveText('13')
  }
  await expect(lab.getByText(/It is over: everyone has Food 1, at version 13/).first()).toBeVisible()
  expect(await boxes()).toEqual(before)
})

labTest('played again, it starts in a room that has no rows', async ({ lab }) => {
  await press(lab, 'client3: Food +1')
  await expect(serverOf(lab).locator('[data-version]')).toHaveText('1')
  await lab.getByLabel('Speed').selectOption('10')
  await press(lab, 'Play the three clients')
  await expect(lab).toHaveURL(/#\/lab\/walk-through-2$/)
  await expect(lab.getByText(/client1 calls Food \+1/).first()).toBeVisible()
})

labTest('step by step: a guess, the decision, the news of it', async ({ lab }) => {
  const latest = lab.locator('.story .latest')
  const [client1, client2] = [clientOf(lab, 'client1'), clientOf(lab, 'client2')]
  await press(lab, 'Step')
  await expect(latest).toContainText('client1 calls Food +1. Its own screen shows it at once, as a guess.')
  await expect(countOf(client1, 'Food')).toHaveText('1')
  await expect(client1.getByText('confirmed: none')).toBeVisible()
  await expect(client2.getByText('No rows yet')).toBeVisible()
  await expect(lab.locator('.message.push')).toHaveCount(1)
  // Time stands still between steps, so the third second's call comes with the third step.
  for (const pending of [2, 3]) {
    await press(lab, 'Step')
    await expect(client1.getByText(`${pending} sent, 0 queued`)).toBeVisible()
    await expect(serverOf(lab).locator('[data-version]')).toHaveText('0')
  }
  await press(lab, 'Step')
  await expect(serverOf(lab).locator('[data-version]')).toHaveText('1')
  await expect(client1.locator('[data-version]')).toHaveText('0')
  await expect(lab.locator('[data-agreement="differ"]')).toBeVisible()
})

labTest('who is offline goes on writing, and all agree when it is back', async ({ lab }) => {
  const client2 = clientOf(lab, 'client2')
  await lab.getByRole('switch', { name: 'client2 online' }).click()
  await expect(client2.getByText('offline', { exact: true })).toBeVisible()
  await press(lab, 'client2: Food −3')
  await press(lab, 'client2: Food −3')
  await expect(countOf(client2, 'Food')).toHaveText('−6')
  await expect(client2.getByText('0 sent, 2 queued')).toBeVisible()
  await press(lab, 'client3: Food +1')
  await expect(countOf(serverOf(lab), 'Food')).toHaveText('1')
  await expect(lab.locator('[data-agreement="differ"]')).toBeVisible()
  await lab.getByLabel('Speed').selectOption('10')
  await lab.getByRole('switch', { name: 'client2 online' }).click()
  await expect(countOf(serverOf(lab), 'Food')).toHaveText('−5')
  await expectAgreement(lab)
})

labTest('a line is as slow as its slider says', async ({ lab }) => {
  const [client1, slider] = [clientOf(lab, 'client1'), lab.getByLabel('Latency of client1')]
  await press(lab, 'client1: Food +1')
  await expect(lab.locator('.client[data-who="1"] .message.push')).toHaveText(/#1 Food \+1/)
  await press(lab, 'Pause')
  await slider.focus()
  await slider.press('Home')
  await expect(client1.getByText('0 ms', { exact: true })).toBeVisible()
  // What is under way already keeps its time, and order is kept: the second waits behind the first.
  await press(lab, 'client1: Food +1')
  await expect(client1.getByText('2 sent, 0 queued')).toBeVisible()
  await expect(serverOf(lab).locator('[data-version]')).toHaveText('0')
  await lab.getByLabel('Speed').selectOption('10')
  await press(lab, 'Resume')
  await expectAgreement(lab)
  await press(lab, 'Pause')
  // Without latency no time is needed.
  await press(lab, 'client1: Food +1')
  await expect(serverOf(lab).locator('[data-version]')).toHaveText('3')
  await expect(client1.locator('[data-version]')).toHaveText('3')
})

labTest('who is killed comes back with what was pending', async ({ lab }) => {
  const client1 = clientOf(lab, 'client1')
  await lab.getByRole('switch', { name: 'client1 online' }).click()
  await press(lab, 'client1: Food +1')
  await expect(client1.getByText('0 sent, 1 queued')).toBeVisible()
  await press(lab, 'Kill client1')
  await expect(client1.getByText('Killed, with 1 pending on its files')).toBeVisible()
  await press(lab, 'Reopen client1')
  await expect(countOf(client1, 'Food')).toHaveText('1')
  await expect(client1.getByRole('list', { name: 'Pending of client1' })).toContainText('#1 Food +1')
  await lab.getByLabel('Speed').selectOption('10')
  await lab.getByRole('switch', { name: 'client1 online' }).click()
  await expect(countOf(serverOf(lab), 'Food')).toHaveText('1')
  await expectAgreement(lab)
})

labTest('who is killed with a call on the line sends it once more, and it counts once', async ({ lab }) => {
  await lab.getByLabel('Speed').selectOption('5')
  await press(lab, 'client1: Food +1')
  await expect(serverOf(lab).locator('[data-version]')).toHaveText('1')
  // The server has it, and the answer is under way.
  await press(lab, 'Kill client1')
  await press(lab, 'Reopen client1')
  await expectAgreement(lab)
  await expect(countOf(serverOf(lab), 'Food')).toHaveText('1')
  await expect(serverOf(lab).locator('[data-version]')).toHaveText('1')
})

labTest('clients can be added up to five, and removed', async ({ lab }) => {
  await press(lab, 'client3: Food +1')
  await press(lab, 'Add a client')
  await press(lab, 'Add a client')
  await expect(lab.getByRole('button', { name: 'Add a client' })).toBeDisabled()
  await expect(countOf(clientOf(lab, 'client5'), 'Food')).toHaveText('1')
  await expectAgreement(lab)
  await press(lab, 'Remove client4')
  await expect(clientOf(lab, 'client4')).toHaveCount(0)
  await expect(lab.getByRole('button', { name: 'Add a client' })).toBeEnabled()
})
