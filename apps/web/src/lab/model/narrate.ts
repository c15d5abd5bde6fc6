import { agreementOf, rowsAsText } from './agreement-of.ts'
import type { Happening } from './happening.ts'
import type { ClientState, LabState } from './lab-state.ts'

export interface Sentence {
  /** In the lab's time. */
  readonly at: number
  /** Client ids; 0 is the server. */
  readonly who: number
  /** The word of the three that this is an example of. */
  readonly term: 'optimistic' | 'authoritative' | 'rebase' | null
  readonly text: string
}

/** What there is to say of it, in a sentence or two; nothing for what speaks for itself. */
export function narrate(before: LabState, happening: Happening, after: LabState, at: number): readonly Sentence[] {
  const told = sentenceOf(happening, after)
  const sentences: Sentence[] = told === null ? [] : [{ at, ...told }]
  const turn = turnOf(before, after)
  if (turn !== null) sentences.push({ at, who: 0, term: null, text: turn })
  return sentences
}

type Told = Omit<Sentence, 'at'> | null

function sentenceOf(happening: Happening, after: LabState): Told {
  if (happening.type === 'scenario') return ofScenario(happening.scenario, after)
  if (!('client' in happening)) return null
  const client = after.clients.find(({ id }) => id === happening.client)
  if (client === undefined) return null
  const { name } = client
  const by = (text: string, term: Sentence['term'] = null): Told => ({ who: happening.client, term, text })
  switch (happening.type) {
    case 'called':
      return by(`${name} calls ${happening.label}. Its own screen shows it at once, as a guess.`, 'optimistic')
    case 'decided':
      return ofDecision(happening, client)
    case 'advanced':
      return ofAdvance(happening, client)
    case 'refused':
      return by(`${name} hears that #${happening.mutationID} was refused (${happening.message}) and takes its guess back.`)
    case 'online':
      return by(
        happening.isOnline
          ? `${name} is back on the line: it says where it stands, and sends what is pending.`
          : `${name} is offline. It goes on working; what it calls stays pending.`,
      )
    case 'killed':
      return by(`${name} is killed. ${keptAs(happening.kept)}`)
    case 'reopened':
      return by(`${name} opens again${happening.kept > 0 ? `, with ${count(happening.kept, 'pending mutation')} from its file` : ''}.`)
    default:
      return null
  }
}

function ofDecision({ version, outcomes }: Extract<Happening, { type: 'decided' }>, { name }: ClientState): Told {
  if (outcomes.length === 0) return null
  const which = outcomes.map(({ mutationID }) => `#${mutationID}`).join(', ')
  const refused = outcomes.filter(({ ok }) => !ok).length
  const end = refused > 0 ? `refuses ${refused === 1 ? 'it' : refused}` : `commits ${outcomes.length === 1 ? 'it' : 'them'}`
  return {
    who: 0,
    term: 'authoritative',
    text: `The server runs ${name}’s ${which} itself and ${end}: version ${version}. Its order is the truth.`,
  }
}

function ofAdvance({ rebase }: Extract<Happening, { type: 'advanced' }>, { id, name }: ClientState): Told {
  const { from, to, rebased, undone, replayed } = rebase
  if (from === null || from === to) return null
  if (rebased && undone > 0) {
    const again = replayed.length === 0 ? 'has nothing left to replay' : `replays the ${replayed.length} still pending`
    return { who: id, term: 'rebase', text: `${name} undoes ${count(undone, 'guess', 'es')}, applies version ${to}, and ${again}.` }
  }
  return { who: id, term: null, text: `${name} takes over version ${to}; nothing had to be undone.` }
}

function ofScenario(scenario: LabState['scenario'], { server }: LabState): Told {
  if (scenario === 'idle') return null
  const text =
    scenario === 'running'
      ? 'client1 adds 1 every second over a slow line; client2 takes 3 away every four seconds; client3 watches.'
      : `It is over: everyone has ${rowsAsText(server.rows)}, at version ${server.version}, with the digest ${server.digest.slice(0, 8)}.`
  return { who: 0, term: null, text }
}

/** The moment when all agree again. */
function turnOf(before: LabState, after: LabState): string | null {
  if (after.server.version === null || after.server.version === 0) return null
  if (agreementOf(after).kind !== 'agree' || agreementOf(before).kind === 'agree') return null
  return `All views agree: ${rowsAsText(after.server.rows)}, at version ${after.server.version}.`
}

function keptAs(kept: number): string {
  return kept > 0 ? `Its file keeps ${count(kept, 'pending mutation')}.` : 'Nothing of its own was pending.'
}

function count(amount: number, what: string, plural = 's'): string {
  return `${amount} ${what}${amount === 1 ? '' : plural}`
}
