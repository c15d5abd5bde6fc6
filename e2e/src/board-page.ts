import type { BrowserContext, ConsoleMessage, Locator, Page } from '@playwright/test'
import { expect } from './fixtures.ts'
import type { TestServer } from './test-server.ts'

/** The board as somebody uses it: by what things are called. */
export class BoardPage {
  readonly page: Page
  /** What the browser complained of; connections that a test cuts are none of it. */
  readonly complaints: string[] = []

  /** @param pages where the demo's pages are */
  static async open(profile: BrowserContext, server: TestServer, room = 'board', pages = `${server.syncURL}/`): Promise<BoardPage> {
    const board = new BoardPage(await profile.newPage())
    await board.page.goto(`${pages}#/board/${room}`)
    await expect(board.page.getByRole('heading', { level: 1 })).toHaveText('Expense board')
    return board
  }

  private constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !isCutLine(message)) this.complaints.push(message.text())
    })
  }

  get status(): Locator {
    return this.page.getByRole('button', { name: /^Status:/ })
  }

  section(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  expense(title: string): Locator {
    return this.section('Expenses').getByRole('listitem').filter({ hasText: title })
  }

  balance(account: string): Locator {
    return this.section('Accounts').getByRole('button', { name: account })
  }

  /** The items of a list, as they are shown. */
  items(list: string): Locator {
    return this.section(list).locator('[data-item] .title')
  }

  grip(item: string): Locator {
    return this.page.getByRole('button', { name: `Move ${item}`, exact: true })
  }

  async fill(): Promise<void> {
    await this.page.getByRole('button', { name: 'Fill it with sample data' }).click()
    await expect(this.items('Weekend')).toHaveCount(3)
    await this.isLive()
  }

  async isLive(): Promise<void> {
    await expect(this.status).toHaveText('Status: Live')
  }

  /** By the switch in the status. */
  async go(where: 'offline' | 'online'): Promise<void> {
    await this.status.click()
    await this.page.getByRole('button', { name: `Go ${where}` }).click()
    await this.page.keyboard.press('Escape')
    await expect(this.status).toBeFocused()
  }

  async addExpense(title: string, amount: string, tags = ''): Promise<void> {
    const form = this.page.getByRole('form', { name: 'New expense' })
    await form.getByLabel('What for').fill(title)
    await form.getByLabel('Amount').fill(amount)
    await form.getByLabel('Tags').fill(tags)
    await form.getByRole('button', { name: 'Add' }).click()
    await expect(this.expense(title)).toBeVisible()
  }

  /** Fills in the dialog and sends it; where it goes then is for the test to see. */
  async transfer(from: string, to: string, amount: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Transfer money' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Transfer money' })
    await chooseAccount(dialog.getByLabel('From'), from)
    await chooseAccount(dialog.getByLabel('To', { exact: true }), to)
    await dialog.getByLabel('Amount').fill(amount)
    await dialog.getByRole('button', { name: 'Transfer', exact: true }).click()
  }
}

/** Its options have the balances in their names. */
async function chooseAccount(select: Locator, name: string): Promise<void> {
  const option = await select.locator('option', { hasText: name }).getAttribute('value')
  await select.selectOption(option)
}

function isCutLine(message: ConsoleMessage): boolean {
  return /WebSocket|net::ERR_/.test(message.text())
}
