import { SERVER } from '../scenario/scenario.ts'
import type { ReportedRun } from './reported-run.ts'

/** Pixels. The server has messages on both sides, a client its calls on the one that is turned away from the server. */
const AXIS_WIDTH = 58
/** Beside an outer lane, for what its client does. */
const LABEL_WIDTH = 172
const SERVER_MARGIN_WIDTH = 92
const LANE_WIDTH = 254
/** For those who have many clients. */
const LANE_WIDTH_NARROW = 225
const WIDE_LANES_MAX = 5

/** As many as can be told apart; then they begin again, and only the names tell. */
const COLOUR_COUNT = 8

const QUEUE_OFFSET = 20
const QUEUE_WIDTH_MAX = 54
const SLOT_WIDTH_MIN = 3
const SLOT_WIDTH_MAX = 9

/** A client's or the server's place. */
export interface Lane {
  readonly name: string
  readonly index: number
  /** Pixels from the left. */
  readonly x: number
  /** Where its calls are written: 1 is right, -1 left. Messages come and go on the other side. */
  readonly side: 1 | -1
  /** A class name that gives it its colour. */
  readonly colour: string
  readonly isServer: boolean
  /** How many mutations are pending at once, at most. */
  readonly queueDepth: number
}

export interface Lanes {
  readonly all: readonly Lane[]
  readonly server: Lane
  /** Pixels. */
  readonly width: number
  of(node: string): Lane
}

/** All who take part, the server in their midst. */
export function lanesOf({ events, scenario }: Pick<ReportedRun, 'events' | 'scenario'>, queueDepths: ReadonlyMap<string, number>): Lanes {
  const clients = new Set(scenario?.clients.map(({ name }) => name) ?? [])
  for (const { node, type } of events) if (type !== 'calm' && node !== SERVER) clients.add(node)
  const serverIndex = Math.floor(clients.size / 2)
  const names = [...clients]
  names.splice(serverIndex, 0, SERVER)
  const width = names.length <= WIDE_LANES_MAX ? LANE_WIDTH : LANE_WIDTH_NARROW
  const margin = (name: string | undefined) =>
    name === SERVER || name === undefined ? SERVER_MARGIN_WIDTH : QUEUE_OFFSET + queueWidth(queueDepths.get(name) ?? 0) + LABEL_WIDTH
  // With one client, the server is the first, and the client's words are on the right.
  const first = AXIS_WIDTH + margin(names[0])
  const all = names.map((name, index): Lane => {
    const isServer = index === serverIndex
    const client = index < serverIndex ? index : index - 1
    return {
      name,
      index,
      x: first + index * width,
      side: index < serverIndex ? -1 : 1,
      colour: isServer ? 'server' : `client-${client % COLOUR_COUNT}`,
      isServer,
      queueDepth: queueDepths.get(name) ?? 0,
    }
  })
  const byName = new Map(all.map((lane) => [lane.name, lane]))
  const server = all[serverIndex] as Lane
  const total = first + (all.length - 1) * width + margin(names.at(-1))
  return { all, server, width: total, of: (node) => byName.get(node) ?? server }
}

/** Pixels from the lane's middle to the left edge of a slot in its queue, and the slot's width. */
export function slotOf(lane: Lane, slot: number): { readonly x: number; readonly width: number } {
  const pitch = slotPitch(lane.queueDepth)
  // Queues that are deeper than there is room for end in one pile.
  const from = Math.min(QUEUE_OFFSET + slot * pitch, QUEUE_OFFSET + QUEUE_WIDTH_MAX - pitch)
  const width = pitch > 4 ? pitch - 2 : pitch - 0.6
  return { x: lane.side === 1 ? from : -from - width, width }
}

/** Pixels from the lane's middle to where what it does is written. */
export function labelOffset(lane: Lane): number {
  return lane.side * (QUEUE_OFFSET + queueWidth(lane.queueDepth))
}

function queueWidth(depth: number): number {
  return Math.min(QUEUE_WIDTH_MAX, depth * slotPitch(depth)) + 7
}

function slotPitch(depth: number): number {
  return Math.min(SLOT_WIDTH_MAX, Math.max(SLOT_WIDTH_MIN, QUEUE_WIDTH_MAX / Math.max(1, depth)))
}
