/** Latency is one way. Who has nothing to add only watches. */
export const THREE_CLIENTS = [
  { id: 1, latencyMs: 3000, incrementBy: 1, everyMs: 1000, times: 10 },
  { id: 2, latencyMs: 300, incrementBy: -3, everyMs: 4000, times: 3 },
  { id: 3, latencyMs: 0, incrementBy: 0, everyMs: 0, times: 0 },
] as const

export const CATEGORY = 'Food'

interface ScriptedCall {
  /** Milliseconds from the start. */
  readonly at: number
  readonly client: number
  readonly incrementBy: number
}

/** All calls of the scenario. */
export const THREE_CLIENTS_CALLS: readonly ScriptedCall[] = THREE_CLIENTS.flatMap(({ id, incrementBy, everyMs, times }) =>
  Array.from({ length: times }, (_, i) => ({ at: (i + 1) * everyMs, client: id, incrementBy })),
)
