import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import { FILE_NAMES } from './file-storage.ts'
import { openBrowserStorage } from './open-browser-storage.ts'
import { OpfsDisk } from './opfs-disk.contract.ts'

let disk: OpfsDisk

beforeEach(() => {
  disk = new OpfsDisk()
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => disk } })
})

afterEach(() => void vi.unstubAllGlobals())

test('files are opened while the engine is still coming', async () => {
  const module = await loadWaSqlite()
  let come = (_module: typeof module) => {}
  const coming = new Promise<typeof module>((resolve) => {
    come = resolve
  })
  const opening = openBrowserStorage({ name: 'a', module: coming })
  await vi.waitFor(() => expect(disk.openCount).toBe(FILE_NAMES.length))
  come(module)
  const storage = await opening
  expect(storage.kind).toBe('disk')
  storage.openPending().close()
  storage.release()
})

test('an engine that does not come leaves no file open, and is what is told', async () => {
  const broken = new Error('The wasm is gone.')
  await expect(openBrowserStorage({ name: 'a', module: Promise.reject(broken) })).rejects.toBe(broken)
  disk.refuses = () => new Error('not in a private window')
  await expect(openBrowserStorage({ name: 'a', module: Promise.reject(broken) })).rejects.toBe(broken)
  expect(disk.openCount).toBe(0)
})
