import { SERVER } from '../scenario/scenario.ts'
import type { ReportedRun } from './reported-run.ts'

/** Pixels. The server has messages on both sides, a client its calls on the one that is turned away from the server. */
const AXIS_WIDTH = 58
const MARGIN_WIDTH = 192
const LANE_WIDTH = 262
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
  const all = names.map((name, index): Lane => {
    const isServer = index === serverIndex
    const client = index < serverIndex ? index : index - 1
    return {
      name,
      index,
      x: AXIS_WIDTH + MARGIN_WIDTH + index * width,
      side: index < serverIndex ? -1 : 1,
      colour: isServer ? 'server' : `client-${client % COLOUR_COUNT}`,
      isServer,
      queueDepth: queueDepths.get(name) ?? 0,
    }
  })
  const byName = new Map(all.map((lane) => [lane.name, lane]))
  const server = all[serverIndex] as Lane
  return { all, server, width: AXIS_WIDTH + 2 * MARGIN_WIDTH + (all.length - 1) * width, of: (node) => byName.get(node) ?? server }
}

/** Pixels from the lane's middle to the left edge of a slot in its queue, and the slot's width. */
export function slotOf(lane: Lane, slot: number): { readonly x: number; readonly width: number } {
  const pitch = Math.min(SLOT_WIDTH_MAX, Math.max(SLOT_WIDTH_MIN, QUEUE_WIDTH_MAX / Math.max(1, lane.queueDepth)))
  // Queues that are deeper than there is room for end in one pile.
  const from = Math.min(QUEUE_OFFSET + slot * pitch, QUEUE_OFFSET + QUEUE_WIDTH_MAX - pitch)
  const width = pitch > 4 ? pitch - 2 : pitch - 0.6
  return { x: lane.side === 1 ? from : -from - width, width }
}

/** Pixels from the lane's middle to where what it does is written. */
export function labelOffset(lane: Lane): number {
  const pitch = Math.min(SLOT_WIDTH_MAX, Math.max(SLOT_WIDTH_MIN, QUEUE_WIDTH_MAX / Math.max(1, lane.queueDepth)))
  return lane.side * (QUEUE_OFFSET + Math.min(QUEUE_WIDTH_MAX, lane.queueDepth * pitch) + 7)
}
