import type { ClientPlan, LinkPlan, Scenario, ServerPlan } from '../scenario/scenario.ts'
import { type Edit, editClient, type Phase, without } from './edit.ts'

/** Short enough to be legible in a trace, and long enough that a call and its poke do not fall together. */
const LATENCY_MS = 10

/** All lines alike: fixed latencies, nothing lost, repeated or slowed down. */
export const simplifyLines: Phase = ({ clients }) =>
  clients.flatMap(({ name }) => [
    setLine(name, 'up', () => ({ latency: LATENCY_MS })),
    setLine(name, 'down', () => ({ latency: LATENCY_MS })),
  ])

/** What is left of a line that cannot be simple: each part of it by itself. */
export const simplifyLineParts: Phase = ({ clients }) =>
  clients.flatMap(({ name }) =>
    (['up', 'down'] as const).flatMap((direction) => [
      setLine(name, direction, dropPart('duplicate')),
      setLine(name, direction, dropPart('loss')),
      setLine(name, direction, dropPart('bytesPerSecond')),
      setLine(name, direction, (line) => ({ ...line, latency: typeof line.latency === 'number' ? line.latency : LATENCY_MS })),
    ]),
  )

/** Clocks that are right, storage on disk, the app's first version, all there from the start. */
export const simplifyClients: Phase = ({ clients }) =>
  clients.flatMap(({ name }) => [
    ...(['clock', 'storage', 'version'] as const).map((field) => editClient(name, (client) => without(client, field))),
    editClient(name, (client) => ({ ...client, joinsAt: 0 })),
  ])

/** The server that is there by default. */
export const simplifyServer: Phase = () =>
  (['engine', 'log', 'versionsKept', 'snapshotLag', 'socketBufferBytes', 'clock'] satisfies (keyof ServerPlan)[]).map(
    (field): Edit =>
      (scenario: Scenario) => ({ ...scenario, server: without(scenario.server, field) }),
  )

function setLine(name: string, direction: 'up' | 'down', change: (line: LinkPlan) => LinkPlan): Edit {
  return editClient(name, (client): ClientPlan => ({ ...client, [direction]: change(client[direction]) }))
}

function dropPart(part: keyof LinkPlan): (line: LinkPlan) => LinkPlan {
  return (line) => Object.fromEntries(Object.entries(line).filter(([key]) => key !== part)) as unknown as LinkPlan
}
