import { happen } from './happen.ts'
import type { Happening } from './happening.ts'
import { type Category, EMPTY_LAB, type LabState, type View } from './lab-state.ts'

export const food = (count: number): Category => ({ id: 1, name: 'Food', count })

/** A client that is live, at a version, with these rows confirmed and shown. */
export function viewOf(version: number, count: number, also: Partial<View> = {}): View {
  return { connection: 'live', version, digest: `d${version}`, pending: [], rows: [food(count)], confirmed: [food(count)], ...also }
}

/** What the lab looks like after these. */
export function after(...happenings: readonly Happening[]): LabState {
  return happenings.reduce((state, happening) => happen(state, happening, 1000), EMPTY_LAB)
}

/** Two clients at version 1, where all agree on Food 1. */
export const AGREED: readonly Happening[] = [
  { type: 'joined', client: 1, name: 'client1', latencyMs: 3000 },
  { type: 'joined', client: 2, name: 'client2', latencyMs: 300 },
  { type: 'server', version: 1, digest: 'd1', rows: [food(1)] },
  { type: 'viewed', client: 1, view: viewOf(1, 1) },
  { type: 'viewed', client: 2, view: viewOf(1, 1) },
]
