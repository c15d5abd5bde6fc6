import type { SimulationOptions } from '@savepoint/simulator'

const SMALL: SimulationOptions = { clients: 4, mutations: 60, durationMs: 8000, drainMs: 200_000 }

/** Kinds of runs: mostly those that have much of one kind of trouble. A bug is looked for in those that suit it, so that few seeds are enough. */
export const WEATHERS = {
  /** What a run is like if nothing is said. */
  any: { ...SMALL, faults: true },
  bursts: { ...SMALL, clients: 3, mutations: 150, faults: { cut: 2 }, thinkTimeMs: 5 },
  copies: { ...SMALL, faults: { 'copy-profile': 3, cut: 2, close: 1 }, offlineShare: 0.3, storage: 'disk' },
  crashes: { ...SMALL, faults: { 'kill-server': 4, cut: 1 }, log: 'embedded' },
  'dead-lines': { ...SMALL, faults: { 'half-open': 6 } },
  heap: {
    ...SMALL,
    clients: 1,
    mutations: 2600,
    durationMs: 4000,
    faults: {},
    offlineShare: 0.9,
    storage: 'memory',
    engine: 'better-sqlite3',
  },
  'cut-logs': { ...SMALL, faults: { cut: 4, 'kill-client': 2 }, versionsKept: 3, offlineShare: 0.4, log: 'embedded' },
  newcomers: { ...SMALL, faults: { 'clear-storage': 5, 'kill-server': 3, cut: 1 } },
  'power-cuts': { ...SMALL, mutations: 120, faults: { 'kill-server': 3 }, log: 'embedded', engine: 'wa-sqlite' },
  'remote-log': { ...SMALL, faults: { 'fail-log': 3, 'kill-server': 3, cut: 3 }, log: 'remote', offlineShare: 0.2 },
  reopens: { ...SMALL, faults: { close: 5, cut: 1 }, storage: 'disk', offlineShare: 0.2 },
  repeats: { ...SMALL, faults: { cut: 4 }, network: { latency: { uniform: [5, 200] }, duplicate: 0.5 } },
  restores: { ...SMALL, clients: 6, faults: { restore: 4, 'back-up': 4, cut: 3, close: 2 }, offlineShare: 0.4 },
  rooms: { ...SMALL, rooms: 2, faults: { cut: 1 } },
  'second-thoughts': { ...SMALL, mutations: 150, faults: { close: 6 }, network: '3g', storage: 'disk', offlineShare: 0.5 },
  stalls: { ...SMALL, faults: { 'stall-requests': 4, 'clear-storage': 2 } },
  'tab-crashes': { ...SMALL, faults: { 'kill-client': 6 }, storage: 'disk' },
  updates: { ...SMALL, faults: { update: 2, deploy: 1 }, storage: 'disk', offlineShare: 0.2 },
} satisfies { readonly [name: string]: SimulationOptions }

export type Weather = keyof typeof WEATHERS
