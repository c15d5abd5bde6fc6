import type { CategoryRow } from './participant.ts'

/** Latency is one way. Who has nothing to add only watches. */
export const THREE_CLIENTS = [
  { name: 'client1', latencyMs: 3000, incrementBy: 1, everyMs: 1000, times: 10 },
  { name: 'client2', latencyMs: 300, incrementBy: -3, everyMs: 4000, times: 3 },
  { name: 'client3', latencyMs: 0, incrementBy: 0, everyMs: 0, times: 0 },
] as const

/** What all come to, on whatever lines. */
export const EXPECTED_ROWS: readonly CategoryRow[] = [[1, 'Food', 1]]
