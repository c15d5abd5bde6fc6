import { type Random, randomOf } from '../random.ts'
import { FAULT_KINDS, FAULT_NAMES, type Setting } from './fault-kinds.ts'
import type { Action } from './scenario.ts'
import type { FaultName, ReadOptions } from './simulation-options.ts'

/** Shares of seeds with no faults at all, and with one kind only; in the others each kind is on by this chance. */
const CALM_SHARE = 0.08
const SINGLE_SHARE = 0.12
const KIND_CHANCE = 0.6

/** Of the default run, for which the means of the kinds are meant. */
const CLIENTS_MEANT = 5
const MUTATIONS_MEANT = 200

/** How long a client is offline at once, on average. */
const OFFLINE_MS = 4000

/** Behind those of calls and cancels. A thousand of each kind, so that one more shifts no other. */
const FAULT_IDS_FROM = 300_001
const IDS_PER_KIND = 1000

/** The faults of a run. Each kind, and each fault of it, draws from a stream of its own. */
export function generateFaults(options: ReadOptions, setting: Setting, seed: string): Action[] {
  const counts = faultCounts(options, seed)
  const faults: Action[] = []
  for (const [kind, name] of FAULT_NAMES.entries()) {
    const count = Math.min(counts.get(name) ?? 0, IDS_PER_KIND)
    const made = Array.from({ length: count }, (_, i) => FAULT_KINDS[name].make(randomOf(seed, `faults/${name}/${i}`), setting)).flat()
    // One fault can be more than one action.
    for (const [i, action] of made.slice(0, IDS_PER_KIND).entries())
      faults.push({ id: FAULT_IDS_FROM + kind * IDS_PER_KIND + i, ...action })
  }
  return nameCopies(onlyUpdates([...faults, ...generateOffline(options, setting, seed)], setting), setting)
}

/** How many of each kind: what was asked for, or what the seed draws. */
function faultCounts({ faults, clients, mutations }: ReadOptions, seed: string): Map<FaultName, number> {
  const counts = new Map<FaultName, number>()
  if (faults === false) return counts
  const swarm = randomOf(seed, 'swarm')
  const mood = swarm.next()
  const single = swarm.pick(FAULT_NAMES)
  for (const name of FAULT_NAMES) {
    const { mean, isOfClients } = FAULT_KINDS[name]
    const random = randomOf(seed, `faults/${name}`)
    if (faults !== true) {
      counts.set(name, drawRounded(faults[name] ?? 0, random))
      continue
    }
    const drawn = swarm.chance(KIND_CHANCE)
    const isOn = mood < CALM_SHARE ? false : mood < CALM_SHARE + SINGLE_SHARE ? name === single : drawn
    if (isOn) counts.set(name, drawPoisson(mean * (mutations / MUTATIONS_MEANT) * (isOfClients ? clients / CLIENTS_MEANT : 1), random))
  }
  return counts
}

/** A whole number is that number; 1.5 is 1 or 2. */
function drawRounded(mean: number, random: Random): number {
  return Math.floor(mean) + (random.chance(mean % 1) ? 1 : 0)
}

/** By counting how many exponential pauses fit. */
function drawPoisson(mean: number, random: Random): number {
  const pause = () => -Math.log(1 - random.next())
  let count = 0
  let at = pause()
  while (at < mean) {
    count++
    at += pause()
  }
  return count
}

function generateOffline({ faults, offlineShare }: ReadOptions, { clients, endsAt }: Setting, seed: string): Action[] {
  const swarm = randomOf(seed, 'offline')
  const drawn = swarm.chance(0.5) ? 0 : swarm.int(5, 40) / 100
  const share = offlineShare ?? (faults === true ? drawn : 0)
  if (share === 0) return []
  const idsFrom = FAULT_IDS_FROM + FAULT_NAMES.length * IDS_PER_KIND
  const offline: Action[] = []
  for (const [i, { name }] of clients.entries()) {
    const random = randomOf(seed, `offline/${i}`)
    const times = Math.min(IDS_PER_KIND, Math.max(1, Math.round((share * endsAt) / OFFLINE_MS)))
    // One in each part of the run, so that the share comes out.
    const part = endsAt / times
    for (let n = 0; n < times; n++) {
      const forMs = Math.round(Math.min(part, part * share * (share < 0.5 ? 0.5 + random.next() : 1)))
      const at = Math.floor(n * part + random.next() * (part - forMs))
      offline.push({ id: idsFrom + i * IDS_PER_KIND + n, at, do: 'go-offline', client: name, forMs: Math.min(forMs, endsAt - at) })
    }
  }
  return offline
}

/** An app's versions only go up: what would bring a client or the server to the one that it has, or back, is left out. */
function onlyUpdates(actions: readonly Action[], setting: Setting): Action[] {
  const versions = new Map(setting.clients.map(({ name, version = 0 }) => [name, version]))
  return byTime(actions).filter((action) => {
    if (action.do !== 'update' && action.do !== 'deploy') return true
    // No client has an empty name.
    const node = action.do === 'update' ? action.client : ''
    if (action.version <= (versions.get(node) ?? 0)) return false
    versions.set(node, action.version)
    return true
  })
}

function nameCopies(actions: readonly Action[], { clients }: Setting): Action[] {
  const taken = new Set(clients.map(({ name }) => name))
  return actions.map((action) => {
    if (action.do !== 'copy-profile') return action
    let n = 2
    while (taken.has(`${action.client}-${n}`)) n++
    taken.add(`${action.client}-${n}`)
    return { ...action, as: `${action.client}-${n}` }
  })
}

/** Of one time, in the order of their IDs. */
export function byTime(actions: readonly Action[]): Action[] {
  return actions.toSorted((a, b) => a.at - b.at || a.id - b.id)
}
