import { agreementOf } from './agreement-of.ts'
import type { Happening } from './happening.ts'
import { type ClientState, type Commit, type LabState, NO_VIEW } from './lab-state.ts'
import { narrate } from './narrate.ts'

const STORY_LENGTH_MAX = 60
const COMMITS_LENGTH_MAX = 12

/** What is drawn after something has happened. */
export function happen(state: LabState, happening: Happening, at: number): LabState {
  const after = reduce(state, happening)
  const sentences = narrate(state, happening, after, at)
  if (sentences.length === 0) return after
  return { ...after, story: [...sentences.toReversed(), ...after.story].slice(0, STORY_LENGTH_MAX) }
}

function reduce(state: LabState, happening: Happening): LabState {
  switch (happening.type) {
    case 'joined': {
      const { client: id, name, latencyMs } = happening
      const joined: ClientState = {
        id,
        name,
        latencyMs,
        isOnline: true,
        isRunning: true,
        kept: 0,
        view: NO_VIEW,
        lastRebase: null,
        calls: {},
      }
      return { ...state, clients: [...state.clients, joined] }
    }
    case 'left':
      return {
        ...state,
        clients: state.clients.filter(({ id }) => id !== happening.client),
        messages: state.messages.filter(({ client }) => client !== happening.client),
      }
    case 'latency':
      return change(state, happening.client, () => ({ latencyMs: happening.latencyMs }))
    case 'online':
      return change(state, happening.client, () => ({ isOnline: happening.isOnline }))
    case 'killed':
      return change(state, happening.client, () => ({ isRunning: false, kept: happening.kept, lastRebase: null, view: NO_VIEW }))
    case 'reopened':
      return change(state, happening.client, () => ({ isRunning: true }))
    case 'called':
      return change(state, happening.client, ({ calls }) => ({ calls: { ...calls, [happening.id]: happening } }))
    case 'sent':
      return { ...state, messages: [...state.messages, happening.message] }
    case 'arrived':
      return { ...state, messages: state.messages.filter(({ id }) => id !== happening.id) }
    case 'lost':
      return { ...state, messages: state.messages.filter(({ client }) => client !== happening.client) }
    case 'decided':
      return { ...state, server: { ...state.server, commits: commitsAfter(state, happening) } }
    case 'advanced':
      return change(state, happening.client, ({ lastRebase }) => ({
        lastRebase: happening.advance.undone > 0 ? happening.advance : lastRebase,
        view: happening.view,
      }))
    case 'viewed':
      return change(state, happening.client, ({ isRunning }) => (isRunning ? { view: happening.view } : {}))
    case 'server': {
      const { version, digest, rows } = happening
      return { ...state, server: { ...state.server, version, digest, rows } }
    }
    case 'scenario':
      return { ...state, scenario: happening.scenario, story: happening.scenario === 'running' ? [] : state.story }
    case 'refused':
      return state
  }
}

function change(state: LabState, client: number, to: (before: ClientState) => Partial<ClientState>): LabState {
  return { ...state, clients: state.clients.map((one) => (one.id === client ? { ...one, ...to(one) } : one)) }
}

/** A catch-up tells again of what is known: each mutation is listed once. */
function commitsAfter(state: LabState, { client, from, to, outcomes }: Extract<Happening, { type: 'decided' }>): readonly Commit[] {
  const { commits } = state.server
  // Others' commits may be among them: then it is not told which was whose.
  const isOwn = outcomes.length === to - from
  const fresh = outcomes
    .map((outcome, i) => ({ ...outcome, version: isOwn ? from + i + 1 : to }))
    .filter(({ mutationID }) => !commits.some((commit) => commit.client === client && commit.mutationID === mutationID))
    .map(({ mutationID, ok, version }): Commit => ({ version, client, mutationID, label: labelOfCall(state, client, mutationID), ok }))
  return [...fresh.toReversed(), ...commits].slice(0, COMMITS_LENGTH_MAX)
}

function labelOfCall(state: LabState, client: number, mutationID: number): string {
  const calls = state.clients.find(({ id }) => id === client)?.calls ?? {}
  return Object.values(calls).find((call) => call.mutationID === mutationID)?.label ?? ''
}

/** The scenario is over when the last call has come round to everyone. */
export function isScenarioOver(state: LabState, hasCallsLeft: boolean): boolean {
  return state.scenario === 'running' && !hasCallsLeft && state.messages.length === 0 && agreementOf(state).kind === 'agree'
}
