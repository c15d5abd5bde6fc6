import { expect, test } from './fixtures.ts'
import { openStoragePage, renewWorker, run } from './storage-page.ts'

for (const [kind, missing] of [
  ['disk', []],
  ['mirror', ['opfs']],
] as const) {
  test(`[G5] ${kind}: what was committed is there after a reload, and after the worker was terminated`, async ({ profile }) => {
    const page = await openStoragePage(profile)
    expect(await run(page, 'open', { name: 'a', missing })).toMatchObject({ kind })
    await run(page, 'import', 7, 1000)
    await run(page, 'append', 30)
    await run(page, 'rewrite', 8)
    await page.reload()
    await renewWorker(page)
    await run(page, 'open', { name: 'a', missing })
    expect(await run(page, 'look')).toEqual({ queued: 30, generation: 1, base: [8, 8, 1000], checks: ['ok', 'ok'] })
    await run(page, 'append', 5)
    await page.evaluate(() => {
      globalThis.worker.terminate()
      globalThis.worker = globalThis.newStorageWorker()
    })
    await run(page, 'open', { name: 'a', missing })
    expect(await run(page, 'look')).toMatchObject({ queued: 35, checks: ['ok', 'ok'] })
    await run(page, 'close')
    await run(page, 'remove', 'a')
    await run(page, 'open', { name: 'a', missing })
    expect(await run(page, 'look')).toMatchObject({ queued: 0, generation: 0 })
  })

  test(`${kind}: after release nothing can be written, and another takes over`, async ({ profile }) => {
    const [first, second] = [await openStoragePage(profile), await openStoragePage(profile)]
    await run(first, 'open', { name: 'a', missing })
    await run(first, 'append', 3)
    await run(first, 'release')
    expect(await run(first, 'write')).toEqual(
      ['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_WRITE'].map(() => expect.stringMatching(/^SQLITE_IOERR/)),
    )
    await run(second, 'open', { name: 'a', missing })
    expect(await run(second, 'look')).toMatchObject({ queued: 3, checks: ['ok', 'ok'] })
  })
}

test('the files are held by one at a time', async ({ profile }) => {
  const [first, second] = [await openStoragePage(profile), await openStoragePage(profile)]
  await run(first, 'open', { name: 'a' })
  await expect(run(second, 'open', { name: 'a' })).rejects.toThrow('StorageInUse')
  await expect(run(second, 'remove', 'a')).rejects.toThrow('StorageInUse')
  await run(second, 'open', { name: 'b' })
  const waiting = openStoragePage(profile).then((third) => run(third, 'open', { name: 'a' }))
  await run(first, 'close')
  expect(await waiting).toMatchObject({ kind: 'disk' })
})

test('who has lost a mirror to another writes nothing more into it', async ({ profile }) => {
  const missing = ['handles']
  const [first, second] = [await openStoragePage(profile), await openStoragePage(profile)]
  await run(first, 'open', { name: 'a', missing })
  await run(first, 'append', 3)
  await run(second, 'open', { name: 'a', missing })
  await expect(run(first, 'append', 1)).rejects.toThrow('StorageInUse')
  expect(await run(second, 'look')).toMatchObject({ queued: 3 })
})

test('storage steps down as far as it has to, and says why; never below what is required', async ({ profile }) => {
  const opened = async (missing: string[], require?: 'disk' | 'mirror') => {
    const page = await openStoragePage(profile)
    return await run(page, 'open', { name: `without ${missing.join()}`, missing, ...(require && { require }) })
  }
  expect(await opened([])).toMatchObject({ kind: 'disk', why: undefined })
  expect(await opened(['handles'])).toMatchObject({ kind: 'mirror', why: expect.stringContaining('no worker') })
  expect(await opened(['opfs'])).toMatchObject({ kind: 'mirror', why: expect.stringContaining('no file system') })
  expect(await opened(['opfs', 'indexedDB'])).toMatchObject({ kind: 'memory', why: expect.stringContaining('no IndexedDB') })
  expect(await opened(['opfs'], 'mirror')).toMatchObject({ kind: 'mirror' })
  await expect(opened(['opfs'], 'disk')).rejects.toThrow('"disk" is required')
  await expect(opened(['opfs', 'indexedDB'], 'mirror')).rejects.toThrow('"mirror" is required')
})

test('what was kept in IndexedDB moves into files once there are some', async ({ profile }) => {
  const before = await openStoragePage(profile)
  await run(before, 'open', { name: 'a', missing: ['opfs'] })
  await run(before, 'import', 7, 1000)
  await run(before, 'append', 3)
  await run(before, 'close')
  const after = await openStoragePage(profile)
  expect(await run(after, 'open', { name: 'a' })).toMatchObject({ kind: 'disk' })
  expect(await run(after, 'look')).toEqual({ queued: 3, generation: 1, base: [7, 7, 1000], checks: ['ok', 'ok'] })
  const third = await openStoragePage(profile)
  await run(third, 'open', { name: 'a', missing: ['opfs'] })
  expect(await run(third, 'look')).toMatchObject({ queued: 0 })
})
