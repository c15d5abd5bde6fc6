import { expect, test } from 'vitest'
import { simulateThreeClients } from './simulated-three-clients.ts'

const ROW = [[1, 'Food', 1]]

test('[G3] three clients on virtual time end with one row and one digest, ten times in the same way', async () => {
  const hashes = new Set<string>()
  for (let i = 0; i < 10; i++) {
    const { result } = await simulateThreeClients()
    expect(result).toMatchObject({ converged: true, problems: [], server: ROW, clients: { client1: ROW, client2: ROW, client3: ROW } })
    expect(result.digests).toHaveLength(4)
    expect(new Set(result.digests).size).toBe(1)
    hashes.add(result.traceHash)
  }
  expect([...hashes]).toHaveLength(1)
})

test('each sees its own at once, and what others did before it as soon as it hears of that', async () => {
  const { run } = await simulateThreeClients()
  // The first of client 1's four has arrived; client 2 has heard of none, and client 3 of that one at once.
  expect(run.shown('client1', 34_000)).toEqual([[1, 'Food', 4]])
  expect(run.shown('client2', 34_000)).toEqual([[1, 'Food', -3]])
  expect(run.shown('client3', 34_000)).toEqual([[1, 'Food', 1]])
  // It was before client 2's, which is done again on top of it.
  expect(run.shown('client2', 34_300)).toEqual([[1, 'Food', -2]])
  // Client 1 hears of client 2's in turn, and has six on top of that which nobody else knows of.
  expect(run.shown('client1', 37_300)).toEqual([[1, 'Food', 4]])

  const timeline = run.timeline().join('\n')
  expect(timeline).toMatch(/^34\.000 s {2}client1 {2}shows \(1, 'Food', 4\)$/m)
  expect(timeline).toMatch(/^37\.300 s {2}client1 {2}rebases to version 2: undid 6, replayed createCategoryOrIncrementIfExists ×6$/m)
  expect(timeline).toMatch(/^37\.000 s {2}client1 {2}sees mutation 1, createCategoryOrIncrementIfExists confirmed$/m)
  expect(timeline.match(/ calls createCategoryOrIncrementIfExists/g)).toHaveLength(13)
})
