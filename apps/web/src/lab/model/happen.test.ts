import { describe, expect, test } from 'vitest'
import { happen, isScenarioOver } from './happen.ts'
import type { Happening } from './happening.ts'
import { AGREED, after, viewOf } from './lab.contract.ts'
import { NO_VIEW } from './lab-state.ts'
import type { Message } from './message.ts'

const message = (id: number, client: number): Message => ({
  id,
  client,
  way: 'up',
  content: { kind: 'push', mutations: [{ mutationID: 1, label: 'Food +1' }] },
  sentAt: 0,
  arrivesAt: 100,
})
const called: Happening = { type: 'called', client: 1, id: 'a', mutationID: 1, label: 'Food +1' }
const decided: Happening = { type: 'decided', client: 1, from: 1, to: 2, outcomes: [{ mutationID: 1, ok: true }] }

describe('messages', () => {
  test('are under way until they arrive', () => {
    const sent = after(...AGREED, { type: 'sent', message: message(1, 1) }, { type: 'sent', message: message(2, 2) })
    expect(sent.messages.map(({ id }) => id)).toEqual([1, 2])
    expect(happen(sent, { type: 'arrived', id: 1 }, 0).messages.map(({ id }) => id)).toEqual([2])
  })

  test('of one line are lost together', () => {
    const state = after(...AGREED, { type: 'sent', message: message(1, 1) }, { type: 'sent', message: message(2, 2) })
    expect(happen(state, { type: 'lost', client: 1 }, 0).messages.map(({ id }) => id)).toEqual([2])
  })
})

test('a commit is listed under what was called, once, also if a catch-up tells of it again', () => {
  const { server } = after(...AGREED, called, decided, { ...decided, to: 5 })
  expect(server.commits).toEqual([{ version: 2, client: 1, mutationID: 1, label: 'Food +1', ok: true }])
})

test('of commits that are answered together each has its own version, unless there are others among them', () => {
  const outcomes = [
    { mutationID: 1, ok: true },
    { mutationID: 2, ok: true },
  ]
  const versions = (to: number) =>
    after(...AGREED, { type: 'decided', client: 1, from: 1, to, outcomes }).server.commits.map(({ version }) => version)
  expect(versions(3)).toEqual([3, 2])
  expect(versions(4)).toEqual([4, 4])
})

test('the last rebase stays to be read while news comes that undoes nothing', () => {
  const rebase = { from: 1, to: 2, undone: 3, replayed: [2, 3] }
  const { clients } = after(
    ...AGREED,
    { type: 'advanced', client: 1, advance: rebase, view: viewOf(2, 2) },
    { type: 'advanced', client: 1, advance: { from: 2, to: 3, undone: 0, replayed: [] }, view: viewOf(3, 3) },
  )
  expect(clients[0]).toMatchObject({ lastRebase: rebase, view: viewOf(3, 3) })
})

test('who was killed shows nothing until it is opened again, whatever is still told of it', () => {
  const killed = after(...AGREED, { type: 'killed', client: 1, kept: 2 }, { type: 'viewed', client: 1, view: viewOf(1, 9) })
  expect(killed.clients[0]).toMatchObject({ isRunning: false, kept: 2, view: NO_VIEW })
  const reopened = happen(happen(killed, { type: 'reopened', client: 1, kept: 2 }, 0), { type: 'viewed', client: 1, view: viewOf(1, 9) }, 0)
  expect(reopened.clients[0]).toMatchObject({ isRunning: true, view: viewOf(1, 9) })
})

test('the scenario is over when the last call has come round to everyone', () => {
  const running = after(...AGREED, { type: 'scenario', scenario: 'running' })
  expect(isScenarioOver(running, true)).toBe(false)
  expect(isScenarioOver(happen(running, { type: 'sent', message: message(1, 1) }, 0), false)).toBe(false)
  expect(isScenarioOver(running, false)).toBe(true)
})
