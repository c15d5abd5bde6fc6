import { expect, test } from 'vitest'
import { DiskWatch } from './disk-watch.ts'

test('[G10] a disk is low below the mark, and roomy again some way above it', async () => {
  const told: unknown[] = []
  let free = 1000
  const watch = new DiskWatch({ free: async () => free, mark: 1000, changed: (isLow, bytes) => told.push([isLow, bytes]) })
  for (free of [1000, 999, 500, 1000, 1099, 1100, 1000, 999]) await watch.look()
  expect(told).toEqual([
    [true, 999],
    [false, 1100],
    [true, 999],
  ])
})
