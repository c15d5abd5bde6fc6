import { expect, test } from 'vitest'
import { expectAgreement, ROOM, refusals, todosStory } from './todos-story.contract.ts'

/** Alice is far away, so that what bob does at the same time is first; `a` is there, and both know it. */
const together = () => todosStory({ alice: 1000, bob: 20 }).calls('bob', 'add', { id: 'a', title: 'Milk' }).at(20_000)

test('the same row is edited on both: who comes later has the last word', async () => {
  const run = await together()
    .calls('alice', 'rename', { id: 'a', title: 'Tea' })
    .calls('bob', 'rename', { id: 'a', title: 'Coffee' })
    .tell()
  expect(run.shown('alice', 20_500)).toEqual([['a', 'Tea']])
  expect(run.shown(ROOM, 20_500)).toEqual([['a', 'Coffee']])
  expect(run.shown('bob', 20_500)).toEqual([['a', 'Coffee']])
  // Alice never sees Coffee: her Tea is done again on top of it.
  expect(run.shown('alice', 21_020)).toEqual([['a', 'Tea']])
  expectAgreement(run, [['a', 'Tea']])
})

test('both add to the same row: nothing is lost, and all see it in the server’s order', async () => {
  const run = await together()
    .calls('alice', 'append', { id: 'a', text: '+alice' })
    .calls('bob', 'append', { id: 'a', text: '+bob' })
    .tell()
  expect(run.shown('alice', 20_500)).toEqual([['a', 'Milk+alice']])
  expect(run.shown('alice', 21_020)).toEqual([['a', 'Milk+bob+alice']])
  expectAgreement(run, [['a', 'Milk+bob+alice']])
})

test('edited on one after it was deleted on the other: the edit is refused, and its prediction goes', async () => {
  const run = await together().calls('bob', 'remove', { id: 'a' }).calls('alice', 'rename', { id: 'a', title: 'Tea' }).tell()
  expect(run.shown('alice', 20_500)).toEqual([['a', 'Tea']])
  // She hears of the removal before she hears of the refusal.
  expect(run.shown('alice', 21_020)).toEqual([])
  expect(refusals(run)).toEqual(['alice rename gone'])
  expectAgreement(run, [])
})

test('deleted on one after it was edited on the other: it is gone', async () => {
  const run = await together().calls('bob', 'rename', { id: 'a', title: 'Tea' }).calls('alice', 'remove', { id: 'a' }).tell()
  expect(run.shown('alice', 20_500)).toEqual([])
  expect(run.shown('bob', 20_500)).toEqual([['a', 'Tea']])
  expect(refusals(run)).toEqual([])
  expectAgreement(run, [])
})

test('the same row is created on both: the second is refused, and told which constraint it broke', async () => {
  const run = await together()
    .calls('alice', 'add', { id: 'b', title: 'Bread' })
    .calls('alice', 'append', { id: 'b', text: ', sliced' })
    .calls('bob', 'add', { id: 'b', title: 'Beer' })
    .tell()
  expect(run.shown('alice', 20_500)).toEqual([
    ['a', 'Milk'],
    ['b', 'Bread, sliced'],
  ])
  expect(refusals(run)).toEqual(['alice add primary-key'])
  // What she did to hers is done to the one that there is.
  expectAgreement(run, [
    ['a', 'Milk'],
    ['b', 'Beer, sliced'],
  ])
})

test('the same row is put on both: one row, with the later title', async () => {
  const run = await together().calls('alice', 'put', { id: 'b', title: 'Bread' }).calls('bob', 'put', { id: 'b', title: 'Beer' }).tell()
  expect(run.shown('bob', 20_500)).toContainEqual(['b', 'Beer'])
  expect(refusals(run)).toEqual([])
  expectAgreement(run, [
    ['a', 'Milk'],
    ['b', 'Bread'],
  ])
})

test('created and deleted on one, created on the other: the one that comes later stays', async () => {
  const run = await together()
    .calls('bob', 'add', { id: 'b', title: 'Beer' })
    .calls('bob', 'remove', { id: 'b' })
    .calls('alice', 'add', { id: 'b', title: 'Bread' })
    .tell()
  expect(run.shown('bob', 20_500)).toEqual([['a', 'Milk']])
  expect(refusals(run)).toEqual([])
  expectAgreement(run, [
    ['a', 'Milk'],
    ['b', 'Bread'],
  ])
})

test('created on one, created and deleted on the other afterwards: the deletion takes the one that there is', async () => {
  const run = await together()
    .calls('bob', 'add', { id: 'b', title: 'Beer' })
    .calls('alice', 'add', { id: 'b', title: 'Bread' })
    .calls('alice', 'remove', { id: 'b' })
    .tell()
  expect(run.shown('bob', 20_500)).toContainEqual(['b', 'Beer'])
  expect(refusals(run)).toEqual(['alice add primary-key'])
  expectAgreement(run, [['a', 'Milk']])
})
