import { expect, onTestFinished, test } from 'vitest'
import { join, start } from './testing/start.ts'

test('what a listener throws, at once or later, is ignored', async () => {
  const later: unknown[] = []
  const note = (error: unknown) => later.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const server = await start({
    onEvent: [
      () => {
        throw new Error('the log is full')
      },
      async () => {
        throw new Error('the log is far away')
      },
    ],
  })
  const client = await join(server)
  expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  await server.close()
  expect(later).toEqual([])
})
