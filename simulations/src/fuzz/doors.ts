/** A door, as the fuzzer knows it: adding one is a line. */
export interface Door {
  readonly method: string
  /** `:room` stands for a room's name. */
  readonly path: string
  /** Names of query parameters that it reads. */
  readonly query?: readonly string[]
  /** What its body should be. */
  readonly body?: 'mutations' | 'schema' | 'frames'
  /** Its answer has no end. */
  readonly streams?: boolean
}

export const DOORS: readonly Door[] = [
  { method: 'GET', path: '/healthz' },
  { method: 'GET', path: '/readyz' },
  { method: 'GET', path: '/metrics' },
  { method: 'GET', path: '/openapi.json' },
  { method: 'GET', path: '/admin', query: ['room', 'find'] },
  { method: 'GET', path: '/rooms/:room/snapshot' },
  { method: 'GET', path: '/rooms/:room/changes', query: ['since', 'epoch'] },
  { method: 'GET', path: '/rooms/:room/socket', query: ['token'] },
  { method: 'PUT', path: '/rooms/:room', body: 'schema' },
  { method: 'POST', path: '/rooms/:room/mutations', body: 'mutations' },
  { method: 'POST', path: '/rooms/:room/line', body: 'frames' },
  { method: 'GET', path: '/rooms/:room/line', streams: true },
  { method: 'GET', path: '/rooms/:room/events', query: ['since', 'epoch'], streams: true },
]
