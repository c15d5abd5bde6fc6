import type { Hello, OwnOutcome, Push, Refusal, Welcome, WirePatch } from '@savepoint/core'

type Frame = Hello | Push | Welcome | Refusal | { readonly type: 'ping' | 'pong' } | PokeFrame

interface PokeFrame {
  readonly type: 'poke'
  readonly from: number
  readonly to: number
  readonly outcomes: readonly OwnOutcome[]
  readonly patch: WirePatch
}

/** What a frame is, and in a few words what it says. */
export function describeFrame(text: string): { readonly kind: string; readonly about: string } {
  const frame = JSON.parse(text) as Frame
  return { kind: frame.type, about: aboutOf(frame) }
}

function aboutOf(frame: Frame): string {
  switch (frame.type) {
    case 'hello':
      return `at ${frame.base === null ? 'no version' : `version ${frame.base.version}`}, outcomes to ${frame.confirmed}, issued ${frame.issued}`
    case 'push':
      return frame.mutations.map(({ mutationID, name }) => `${mutationID} ${name}`).join(', ')
    case 'welcome':
      return `version ${frame.version}, processed ${frame.lastMutationID}, ${frame.next} follows`
    case 'poke':
      return `version ${frame.from} to ${frame.to}${frame.outcomes.map(({ mutationID, outcome }) => `, ${mutationID} ${outcome.ok ? 'confirmed' : 'rejected'}`).join('')}`
    case 'refusal':
      return frame.code
    default:
      return ''
  }
}
