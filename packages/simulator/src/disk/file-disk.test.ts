import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { randomOf } from '../random.ts'
import { FileDisk } from './file-disk.ts'
import { describeDisk } from './simulated-disk.contract.ts'
import { simulationDirectory } from './simulation-directory.ts'

const directory = simulationDirectory()
afterAll(() => directory.remove())
let disks = 0

describeDisk({
  name: 'FileDisk',
  create: (random) => FileDisk.create({ directory: join(directory.path, `disk-${++disks}`), random }),
  pragmas: 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
})

test('nothing is left of a disk that is disposed of', () => {
  const path = join(directory.path, 'gone')
  const disk = FileDisk.create({ directory: path, random: randomOf('gone', 'disk') })
  disk.open('a.db').exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)')
  disk.crash(true)
  disk.open('a.db')
  disk.dispose()
  expect(existsSync(path)).toBe(false)
})
