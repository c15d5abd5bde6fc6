import { agreementOf, minus, rowsAsText } from './agreement-of.ts'
import type { Happening } from './happening.ts'
import type { Category, ClientState, LabState } from './lab-state.ts'

export interface Sentence {
  /** 1, 2, 3 … */
  readonly order: number
  /** Of those that come at the same time, the heaviest is to be read. */
  readonly weight: 0 | 1 | 2 | 3
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
  const told = [sentenceOf(happening, before, after), turnOf(before, after)]
  const known = before.story[0]?.order ?? 0
  return told.filter((sentence) => sentence !== null).map((sentence, i) => ({ ...sentence, order: known + i + 1, at }))
}

type Told = Omit<Sentence, 'at' | 'order'> | null

function sentenceOf(happening: Happening, before: LabState, after: LabState): Told {
  if (happening.type === 'scenario') return ofScenario(happening.scenario, after)
  if (!('client' in happening)) return null
  const client = after.clients.find(({ id }) => id === happening.client)
  if (client === undefined) return null
  const beforeIt = before.clients.find(({ id }) => id === happening.client) ?? client
  const { name } = client
  const by = (text: string, term: Sentence['term'] = null): Told => ({ who: happening.client, weight: term === null ? 3 : 1, term, text })
  switch (happening.type) {
    case 'called':
      return by(`${name} calls ${happening.label}. Its own screen shows it at once, as a guess.`, 'optimistic')
    case 'decided':
      return ofDecision(happening, client)
    case 'advanced':
      return ofAdvance(happening, beforeIt)
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

function ofDecision({ to, outcomes }: Extract<Happening, { type: 'decided' }>, { name }: ClientState): Told {
  const [first] = outcomes
  if (first === undefined) return null
  const which = outcomes.map(({ mutationID }) => `#${mutationID}`).join(', ')
  const refused = outcomes.filter(({ ok }) => !ok).length
  const verb = refused === 0 ? 'commits' : refused === outcomes.length ? 'refuses' : 'decides'
  const end = outcomes.length === 1 ? `${verb} it as version ${to}` : `${verb} them, up to version ${to}`
  const order = first.mutationID === 1 ? ' Its order is the truth.' : ''
  return {
    who: 0,
    weight: 1,
    term: 'authoritative',
    text: `The server runs ${name}’s ${which} itself and ${end}.${order}`,
  }
}

function ofAdvance({ advance, view }: Extract<Happening, { type: 'advanced' }>, { id, name, view: before, calls }: ClientState): Told {
  const { from, to, undone, replayed } = advance
  if (from === null || from === to) return null
  const shown = changeOf(before.rows, view.rows)
  if (undone > 0) {
    const again = replayed.length === 0 ? 'has nothing left to replay' : `replays the ${replayed.length} still pending`
    return {
      who: id,
      weight: 2,
      term: 'rebase',
      text: `${name} undoes ${count(undone, 'guess', 'es')}, applies version ${to}, and ${again}${shown}.`,
    }
  }
  const left = new Set(view.pending.map((call) => call.id))
  const confirmed = before.pending.filter((call) => !left.has(call.id)).map((call) => `#${calls[call.id]?.mutationID}`)
  if (confirmed.length > 0)
    return {
      who: id,
      weight: 1,
      term: null,
      text: `${name} hears that ${confirmed.join(', ')} came out as guessed: nothing has to be undone.`,
    }
  return { who: id, weight: 0, term: null, text: `${name} has nothing pending to undo, and takes over version ${to}${shown}.` }
}

/** What of the rows looks different now: `: Food 7 → 4`. */
function changeOf(before: readonly Category[], after: readonly Category[]): string {
  const changes = after.flatMap(({ name, count: now }) => {
    const was = before.find((row) => row.name === name)?.count
    if (was === now) return []
    return [was === undefined ? `${name} ${minus(now)}` : `${name} ${minus(was)} → ${minus(now)}`]
  })
  return changes.length === 0 ? '' : `: ${changes.join(', ')}`
}

function ofScenario(scenario: LabState['scenario'], { server }: LabState): Told {
  if (scenario === 'idle') return null
  const text =
    scenario === 'running'
      ? 'client1 adds 1 every second over a slow line; client2 takes 3 away every four seconds; client3 watches.'
      : `It is over: everyone has ${rowsAsText(server.rows)}, at version ${server.version}, with the digest ${server.digest.slice(0, 8)}.`
  return { who: 0, weight: 3, term: null, text }
}

/** The moment when all agree again. */
function turnOf(before: LabState, after: LabState): Told {
  if (after.server.version === null || after.server.version === 0) return null
  if (agreementOf(after).kind !== 'agree' || agreementOf(before).kind === 'agree') return null
  const text = `All views agree: ${rowsAsText(after.server.rows)}, at version ${after.server.version}.`
  return { who: 0, weight: 3, term: null, text }
}

function keptAs(kept: number): string {
  return kept > 0 ? `Its file keeps ${count(kept, 'pending mutation')}.` : 'Nothing of its own was pending.'
}

function count(amount: number, what: string, plural = 's'): string {
  return `${amount} ${what}${amount === 1 ? '' : plural}`
}
