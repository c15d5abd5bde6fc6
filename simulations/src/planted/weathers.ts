import type { SimulationOptions } from '@savepoint/simulator'

const SMALL: SimulationOptions = { clients: 4, mutations: 60, durationMs: 8000, drainMs: 200_000 }

/** Kinds of runs. A bug is looked for in those that suit it, so that few seeds are enough. */
export const WEATHERS = {
  any: { ...SMALL, faults: true },
} satisfies { readonly [name: string]: SimulationOptions }

export type Weather = keyof typeof WEATHERS
