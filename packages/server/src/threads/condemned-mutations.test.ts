import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { CondemnedMutations } from './condemned-mutations.ts'

function condemned(mutationID: number) {
  return { room: 'one', clientID: 'c', mutationID, seed: `s${mutationID}`, code: 'timeout', message: 'It took\ntoo long.' } as const
}

test('what was condemned is remembered by the next process, also after a line that was torn', () => {
  const directory = join(temporaryDirectory(), 'new')
  new CondemnedMutations(directory).add(condemned(1))
  appendFileSync(join(directory, 'condemned-mutations.jsonl'), '\n{"room":"o')
  const again = new CondemnedMutations(directory)
  again.add(condemned(2))
  expect(again.list).toEqual([condemned(1), condemned(2)])
  expect(new CondemnedMutations(directory).list).toEqual(again.list)
})

test('[G10] the oldest is forgotten, in memory and in the file', () => {
  const directory = temporaryDirectory()
  const first = new CondemnedMutations(directory)
  for (let i = 1; i <= 1002; i++) first.add(condemned(i))
  for (const { list } of [first, new CondemnedMutations(directory), new CondemnedMutations(directory)]) {
    expect([list.length, list[0], list.at(-1)]).toEqual([1000, condemned(3), condemned(1002)])
  }
})
