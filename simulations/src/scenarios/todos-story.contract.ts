import { type Simulation, type StoryClient, type StorySettings, story } from '@savepoint/simulator'
import { expect } from 'vitest'
import { todosApp } from '../apps/todos/todos-app.ts'

/** What is looked at in all stories. */
const TODOS = 'SELECT id, title FROM todos ORDER BY id'

/** The name that stories give their only room. */
export const ROOM = 'room'

/** By then clients on lines of up to a second are connected, in virtual milliseconds. */
export const CONNECTED = 10_000

/** A story of the todo app, from when all are connected. */
export function todosStory<C extends { readonly [name: string]: StoryClient }>(clients: C, settings?: StorySettings) {
  const told = story(todosApp, clients, settings).at(CONNECTED)
  return Object.assign(told, { tell: () => told.play({ watch: TODOS }) })
}

/** Everyone who is there at the end holds these rows, and no guarantee was broken on the way. */
export function expectAgreement(run: Simulation, rows: readonly (readonly unknown[])[]): void {
  expect(run.violation, run.timeline().join('\n')).toBeNull()
  const clients = new Set(run.events.flatMap(({ type, node }) => (type === 'state' && node !== 'server' ? [node] : [])))
  for (const where of [ROOM, ...clients]) expect(run.shown(where), `${where} at the end`).toEqual(rows)
}

/** What callers were told that did not happen: `alice rename gone`. */
export function refusals(run: Simulation): string[] {
  return run.events.flatMap((event) =>
    event.type === 'settled' && !event.outcome.ok ? [`${event.node} ${event.name} ${event.outcome.code}`] : [],
  )
}

/** How often something happened, on a node or anywhere. */
export function countOf(run: Simulation, type: Simulation['events'][number]['type'], node?: string): number {
  return run.events.filter((event) => event.type === type && (node === undefined || event.node === node)).length
}
