import { expect, test } from './fixtures.ts'

test('a profile has what the client builds on, with no special headers', async ({ profile }) => {
  const page = await profile.newPage()
  const response = await page.goto('/blank.html')
  expect(response?.headers()).not.toHaveProperty('cross-origin-opener-policy')
  const found = await page.evaluate(async () => ({
    locks: 'locks' in navigator,
    channels: typeof BroadcastChannel,
    directory: (await navigator.storage.getDirectory()).kind,
    isolated: crossOriginIsolated,
  }))
  expect(found).toEqual({ locks: true, channels: 'function', directory: 'directory', isolated: false })
})
