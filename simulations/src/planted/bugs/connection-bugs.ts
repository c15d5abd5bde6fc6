import type { PlantedBug } from '../planted-bug.ts'

const MACHINE = 'packages/core/src/client-machine/client-machine.ts'

/** The client's line. */
export const CONNECTION_BUGS: readonly PlantedBug[] = [
  {
    name: 'half-open-for-ever',
    about: 'a line on which nothing comes is never given up',
    guarantees: ['G6'],
    weather: 'dead-lines',
    edits: [{ file: MACHINE, find: '  if (!state.heard && state.pinged) return goOffline(state)\n', replace: '' }],
  },
  {
    name: 'greeting-for-ever',
    about: 'a line on which no welcome comes is never given up',
    guarantees: ['G6'],
    weather: 'dead-lines',
    edits: [
      {
        file: MACHINE,
        find: "return stage.name === 'greeting' || stage.name === 'welcomed' ? goOffline(state) : unchanged(state)",
        replace: 'return unchanged(state)',
      },
      {
        file: MACHINE,
        find: "        effects: [hello(state), { type: 'set-timer', timer: 'heartbeat', ms: HEARTBEAT_MS }],\n",
        replace: '        effects: [hello(state)],\n',
      },
    ],
  },
  {
    name: 'retry-storm',
    about: 'a client that cannot connect tries again at once',
    guarantees: ['G10'],
    weather: 'crashes',
    edits: [{ file: MACHINE, find: 'ms: retryDelayMs(state.attempts), jitter: true', replace: 'ms: 1, jitter: true' }],
  },
  {
    name: 'no-retry',
    about: 'a client that was refused does not come back',
    guarantees: ['G6'],
    weather: 'remote-log',
    edits: [
      {
        file: MACHINE,
        find: "if (code !== 'expired' && ERROR_CODES[code] !== 'stop' && !asksAgain(stage)) {",
        replace: "if (code === 'going-away') {",
      },
    ],
  },
  {
    name: 'download-without-end',
    about: 'a client waits for ever for a snapshot of which nothing more comes',
    guarantees: ['G6'],
    weather: 'stalls',
    edits: [
      {
        file: 'packages/client/src/connection/connection.ts',
        find: '      silence = this.#scheduler.after(FETCH_SILENCE_MS_MAX, () => fetch.abort(SILENT))\n',
        replace: '',
      },
    ],
  },
  {
    name: 'in-flight-without-bound',
    about: 'all that is pending is pushed at once',
    guarantees: ['G10'],
    weather: 'heap',
    calls: ['count'],
    seedsMax: 1,
    edits: [
      {
        file: MACHINE,
        find: 'const count = Math.min(state.issued, state.confirmed + IN_FLIGHT_MAX) - state.sent',
        replace: 'const count = state.issued - state.sent',
      },
    ],
  },
  {
    name: 'pushes-all-each-time',
    about: 'with each call, all that has no outcome is pushed again',
    guarantees: ['G10'],
    weather: 'any',
    edits: [
      {
        file: MACHINE,
        find: 'return unchanged({ ...state, sent: Math.max(state.sent, event.through) })',
        replace: 'return unchanged(state)',
      },
    ],
  },
]
