import { ERROR_CODES } from '../errors/savepoint-error.ts'
import type { ServerMessage } from '../protocol/frame.ts'
import type { Poke } from '../protocol/poke.ts'
import { PROTOCOL_VERSION } from '../protocol/protocol-version.ts'
import type { Refusal } from '../protocol/refusal.ts'
import type { Welcome } from '../protocol/welcome.ts'
import type { ClientEffect, ClientEvent, ClientState, ClientStep, ClientTimer, Stage } from './client-state.ts'
import { retryDelayMs } from './retry-delay.ts'

/** A socket that is not open and welcomed by then is given up. */
const GREETING_MS_MAX = 15_000

/** After a refusal that a deployment of either side may end, this is the longest wait before the server is asked again. */
const ASK_AGAIN_MS = 60_000

/** The longest that a server can make a client wait, in milliseconds. */
const RETRY_AFTER_MS_MAX = 3_600_000

/** A line that is quiet for so long is asked for a sign of life, and given up after as long again. */
const HEARTBEAT_MS = 15_000

/** The same, where the device says that its network has changed. */
const PROBE_MS = 3000

/** Mutations that may be on their way at once: enough to fill the server's batches, few enough to bound its queue. */
export const IN_FLIGHT_MAX = 2000

/** The state of a client that has not started. `base`, `confirmed` and `issued` are as the replica recovered them. */
export function initialClientState(from: Pick<ClientState, 'clientID' | 'schema' | 'base' | 'confirmed' | 'issued'>): ClientState {
  return {
    ...from,
    stage: { name: 'stopped' },
    staged: null,
    sent: from.confirmed,
    attempts: 0,
    heard: false,
    pinged: false,
    silent: false,
    renewal: 'none',
    readOnly: null,
    isCopy: false,
  }
}

/** What the client does next. Pure: sockets, timers and the replica are the caller's. */
export function stepClient(state: ClientState, event: ClientEvent): ClientStep {
  switch (event.type) {
    case 'start':
      return state.stage.name === 'greeting' ? unchanged({ ...state, stage: { ...state.stage, again: true } }) : ensureStarted(state)
    case 'ensure-started':
      return ensureStarted(state)
    case 'stop':
      return { state: { ...state, stage: { name: 'stopped' }, attempts: 0 }, effects: [...CLEAR_TIMERS, { type: 'disconnect' }] }
    case 'network':
      return network(state, event.isThere)
    case 'opened':
      return {
        state: { ...state, heard: true, pinged: false, silent: false },
        effects: [hello(state), { type: 'set-timer', timer: 'heartbeat', ms: HEARTBEAT_MS }],
      }
    case 'closed':
      return hasSocket(state) ? goOffline(state) : unchanged(state)
    case 'received':
      return hasSocket(state) ? receive({ ...state, heard: true }, event.message) : unchanged(state)
    case 'issued':
      return push(event.issued > state.issued ? { ...state, issued: event.issued } : state)
    case 'pushed':
      return unchanged({ ...state, sent: Math.max(state.sent, event.through) })
    case 'kept':
      return push(event.confirmed > state.confirmed ? { ...state, confirmed: event.confirmed } : state)
    case 'applied':
      return applied(state, event.confirmed, event.issued)
    case 'diverged':
      return restart({ ...state, base: null, staged: null })
    case 'not-applied':
      return hasSocket(state)
        ? goOffline({ ...state, base: event.base, staged: null })
        : unchanged({ ...state, base: event.base, staged: null })
    case 'withdrawn':
      return unchanged({ ...state, issued: event.issued })
    case 'forked':
      return restart({ ...state, clientID: event.clientID, confirmed: 0, issued: event.issued, sent: 0, isCopy: false })
    case 'fetched':
      return state.stage.name === 'fetching' ? greetAgain({ ...state, staged: event.base }) : unchanged(state)
    case 'fetch-failed':
      return state.stage.name === 'fetching' ? goOffline(state) : unchanged(state)
    case 'timer':
      return onTimer(state, event.timer)
  }
}

const CLEAR_TIMERS: readonly ClientEffect[] = [
  { type: 'clear-timer', timer: 'retry' },
  { type: 'clear-timer', timer: 'greeting' },
  { type: 'clear-timer', timer: 'heartbeat' },
]

const START_GREETING: ClientEffect = { type: 'set-timer', timer: 'greeting', ms: GREETING_MS_MAX }

function hasSocket({ stage }: ClientState): boolean {
  return stage.name !== 'stopped' && stage.name !== 'refused' && stage.name !== 'offline'
}

function ensureStarted(state: ClientState): ClientStep {
  return hasSocket(state) ? unchanged(state) : connect({ ...state, renewal: 'none' })
}

function connect(state: ClientState): ClientStep {
  const { stage } = state
  return {
    state: { ...state, stage: stage.name === 'refused' ? { name: 'greeting', refused: stage } : { name: 'greeting' } },
    effects: [{ type: 'clear-timer', timer: 'retry' }, { type: 'connect', fresh: state.renewal === 'tried' }, START_GREETING],
  }
}

function hello(state: ClientState): ClientEffect {
  const { clientID, issued, staged } = state
  const { name, version, hash } = state.schema
  const base = staged ?? state.base
  // In another incarnation of the room, a copy of this client may have had its mutations processed under lower IDs.
  const confirmed = staged === null || staged.epoch === state.base?.epoch ? state.confirmed : 0
  return {
    type: 'send',
    message: { type: 'hello', protocol: PROTOCOL_VERSION, clientID, schema: { name, version, hash }, base, confirmed, issued },
  }
}

function greetAgain(state: ClientState): ClientStep {
  return { state: { ...state, stage: { name: 'greeting' } }, effects: [hello(state), START_GREETING] }
}

/** @param after milliseconds for which the server is not to be asked at all */
function goOffline(state: ClientState, after?: number): ClientStep {
  const wait = after === undefined ? {} : { after: Math.min(after, RETRY_AFTER_MS_MAX) }
  return {
    state: { ...state, stage: { name: 'offline' }, attempts: state.attempts + 1 },
    effects: [
      { type: 'disconnect' },
      ...CLEAR_TIMERS,
      { type: 'set-timer', timer: 'retry', ms: retryDelayMs(state.attempts), jitter: true, ...wait },
    ],
  }
}

/** Says hello anew on a fresh socket; after a pause if this has happened a moment ago, so that no loop can run hot. */
function restart(state: ClientState): ClientStep {
  if (!hasSocket(state)) return unchanged(state)
  if (state.attempts > 0) return goOffline(state)
  const next = connect({ ...state, attempts: 1 })
  return { state: next.state, effects: [{ type: 'disconnect' }, ...next.effects] }
}

function receive(state: ClientState, message: ServerMessage): ClientStep {
  switch (message.type) {
    case 'pong':
      return unchanged(state)
    case 'welcome':
      return welcomed(state, message)
    case 'poke':
      return poked(state, message)
    case 'refusal':
      return refused(state, message)
  }
}

function welcomed(before: ClientState, welcome: Welcome): ClientStep {
  const state: ClientState = before.renewal === 'tried' ? { ...before, renewal: 'worked' } : before
  const { epoch, lastMutationID, next, readOnly } = welcome
  if (state.stage.name !== 'greeting') {
    // An earlier hello came twice. Who is told to fetch a snapshot gets no pokes until it has.
    return next === 'poke' || state.stage.name === 'fetching' ? unchanged(state) : restart(state)
  }
  if (next === 'poke') return { state: { ...state, readOnly, stage: { name: 'welcomed', epoch, lastMutationID } }, effects: [] }
  return {
    state: { ...state, stage: { name: 'fetching' }, staged: null },
    effects: [{ type: 'clear-timer', timer: 'greeting' }, { type: 'fetch-snapshot' }],
  }
}

function poked(state: ClientState, poke: Poke): ClientStep {
  const { stage } = state
  const from = state.staged ?? state.base
  // A poke that was on its way when the client said hello again belongs to the past.
  if (from === null || (stage.name !== 'welcomed' && stage.name !== 'settling' && stage.name !== 'live')) return unchanged(state)
  if (poke.from !== from.version) return poke.to <= from.version ? unchanged(state) : restart(state)
  const epoch = stage.name === 'welcomed' ? stage.epoch : from.epoch
  const next: ClientState = { ...state, base: { epoch, version: poke.to }, staged: null }
  if (stage.name !== 'welcomed') return { state: next, effects: [{ type: 'apply', poke, epoch, adopt: false }] }
  const { lastMutationID } = stage
  return {
    state: { ...next, stage: { name: 'settling' }, sent: lastMutationID },
    effects: [
      { type: 'clear-timer', timer: 'greeting' },
      { type: 'apply', poke, epoch, lastMutationID, adopt: state.staged !== null, fork: state.isCopy },
    ],
  }
}

function applied(state: ClientState, confirmed: number, issued: number): ClientStep {
  const stage = state.stage.name === 'settling' ? ({ name: 'live' } as const) : state.stage
  return push({ ...state, stage, confirmed, issued, sent: Math.max(state.sent, confirmed) })
}

function push(state: ClientState): ClientStep {
  const count = Math.min(state.issued, state.confirmed + IN_FLIGHT_MAX) - state.sent
  if (state.stage.name !== 'live' || state.readOnly !== null || count <= 0) return unchanged(state)
  return { state, effects: [{ type: 'push', after: state.sent, count }] }
}

function refused(state: ClientState, { code, message, retryAfterMs }: Refusal): ClientStep {
  if (code === 'diverged') return restart({ ...state, base: null, staged: null })
  if (code === 'client-forked') return goOffline({ ...state, isCopy: true })
  if (code === 'expired' && state.renewal !== 'tried') return renew(state)
  const stage: Stage = { name: 'refused', code, message }
  if (code !== 'expired' && ERROR_CODES[code] !== 'stop' && !asksAgain(stage)) {
    const gone = goOffline(state, retryAfterMs)
    // Who was in, and may come back at once, was sent away for what another did: that is no failed attempt.
    const isOthers = state.stage.name === 'live' && retryAfterMs === 0
    return isOthers ? { ...gone, state: { ...gone.state, attempts: state.attempts } } : gone
  }
  if (state.stage.name === 'greeting' && state.stage.again) return reconnect({ ...state, stage, renewal: 'none' })
  const effects: ClientEffect[] = [{ type: 'disconnect' }, ...CLEAR_TIMERS]
  if (asksAgain(stage)) effects.push({ type: 'set-timer', timer: 'retry', ms: ASK_AGAIN_MS, jitter: true })
  return { state: { ...state, stage }, effects }
}

/** At once with a fresh token; after a pause if the last one has become stale as soon as it had let this client in. */
function renew(state: ClientState): ClientStep {
  const next: ClientState = { ...state, renewal: 'tried' }
  if (state.renewal === 'worked') return goOffline(next)
  return reconnect(next)
}

function reconnect(before: ClientState): ClientStep {
  const { state, effects } = connect(before)
  return { state, effects: [{ type: 'disconnect' }, ...CLEAR_TIMERS, ...effects] }
}

function onTimer(state: ClientState, timer: ClientTimer): ClientStep {
  const { stage } = state
  switch (timer) {
    case 'retry':
      return stage.name === 'offline' || asksAgain(stage) ? connect(state) : unchanged(state)
    case 'greeting':
      return stage.name === 'greeting' || stage.name === 'welcomed' ? goOffline(state) : unchanged(state)
    case 'heartbeat':
      return hasSocket(state) ? heartbeat(state) : unchanged(state)
  }
}

/** A network that is back is tried at once. On one that has changed, a line may be gone without a word: it is asked. */
function network(state: ClientState, isThere: boolean): ClientStep {
  const { name } = state.stage
  if (name === 'offline') return isThere ? connect({ ...state, attempts: 0 }) : unchanged(state)
  if (!hasSocket(state) || name === 'greeting') return unchanged(state)
  return {
    state: { ...state, heard: false, pinged: true, silent: false },
    effects: [
      { type: 'send', message: { type: 'ping', confirmed: state.confirmed } },
      { type: 'set-timer', timer: 'heartbeat', ms: PROBE_MS },
    ],
  }
}

function asksAgain(stage: Stage): boolean {
  return stage.name === 'refused' && ERROR_CODES[stage.code] === 'ask-again'
}

function heartbeat(state: ClientState): ClientStep {
  if (!state.heard && state.pinged) return goOffline(state)
  const again: ClientEffect = { type: 'set-timer', timer: 'heartbeat', ms: HEARTBEAT_MS }
  const steady: Partial<ClientState> = state.stage.name === 'live' ? { attempts: 0, renewal: 'none' } : {}
  // Who hears others all the time has to say a word as well: the server gives up who is silent.
  const asks = !state.heard || state.silent
  const next = { ...state, ...steady, heard: false, pinged: !state.heard, silent: !asks }
  if (!asks) return { state: next, effects: [again] }
  return { state: next, effects: [{ type: 'send', message: { type: 'ping', confirmed: state.confirmed } }, again] }
}

function unchanged(state: ClientState): ClientStep {
  return { state, effects: [] }
}
