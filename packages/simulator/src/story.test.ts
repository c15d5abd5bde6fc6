import { defineMutators, defineSchema } from '@savepoint/core'
import { expect, test } from 'vitest'
import { decodeScenario, encodeScenario } from './scenario/encode-scenario.ts'
import { story } from './story.ts'

const schema = defineSchema({ name: 'todos', version: 1, sql: 'CREATE TABLE todos (id INTEGER PRIMARY KEY, title TEXT NOT NULL)' })
const mutators = defineMutators({
  add(tx, { id, title }: { id: number; title: string }) {
    tx.run('INSERT INTO todos VALUES (?, ?)', [id, title])
  },
  rename(tx, { id, title }: { id: number; title: string }) {
    tx.run('UPDATE todos SET title = ? WHERE id = ?', [title, id])
  },
  clear(tx) {
    tx.run('DELETE FROM todos')
  },
})
const TODOS = 'SELECT id, title FROM todos'

const twoNames = () =>
  story({ schema, mutators }, { alice: 1000, bob: 10 })
    .at(10_000)
    .calls('alice', 'add', { id: 1, title: 'Milk' })
    .at(20_000)
    .calls('alice', 'rename', { id: 1, title: 'Tea' })
    .calls('bob', 'rename', { id: 1, title: 'Coffee' })

test('each sees its own at once, and what the server decides in the end', async () => {
  const run = await twoNames().play({ watch: TODOS })
  expect(run.violation).toBeNull()
  expect(run.shown('alice', 20_000)).toEqual([[1, 'Tea']])
  expect(run.shown('bob', 20_100)).toEqual([[1, 'Coffee']])
  expect(run.shown('room', 20_100)).toEqual([[1, 'Coffee']])
  for (const where of ['room', 'alice', 'bob']) expect(run.shown(where)).toEqual([[1, 'Tea']])
  expect(run.timeline()).toContainEqual(expect.stringMatching(/^20\.000 s {2}bob +shows \(1, 'Coffee'\)$/))
})

test('what is watched changes nothing, and a story is data', async () => {
  const watched = await twoNames().play({ watch: TODOS })
  const unwatched = await twoNames().play()
  expect(unwatched.traceHash).toBe(watched.traceHash)
  expect(unwatched.shown('alice')).toEqual([])
  const scenario = twoNames().scenario()
  expect(decodeScenario(encodeScenario(scenario))).toEqual(scenario)
})

test('the run goes on until what was begun is over', () => {
  const end = (tell: (told: ReturnType<typeof twoNames>) => unknown) => {
    const told = twoNames()
    tell(told)
    return told.scenario().endsAt
  }
  expect(end(() => {})).toBe(20_000)
  expect(end((told) => told.happens({ do: 'go-offline', client: 'bob', forMs: 500 }))).toBe(20_500)
  expect(end((told) => told.at(30_000))).toBe(30_000)
  expect(end((told) => told.at(5).calls('bob', 'clear'))).toBe(20_000)
})

test('what cannot be is refused in words', async () => {
  await expect(twoNames().happens({ do: 'cut', client: 'carol' }).play()).rejects.toThrow(/carol/)
  await expect(twoNames().play({ watch: 'SELECT colour FROM todos' })).rejects.toThrow(/query to watch.*no such column/)
})
