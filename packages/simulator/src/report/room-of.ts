import { noiseOf } from '../trace/noise.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import type { TraceIndex } from '../trace/trace-index.ts'
import type { Lanes } from './lanes.ts'
import type { Room } from './lay-out.ts'

/** Pixels. */
export const COMMIT_ROW_PX = 17
export const CARD_WIDTH_PX = 158
/** Of a batch; the rest is only counted, and told in the details. */
export const COMMIT_ROWS_MAX = 5

const CARD_PX = 12
const CHIP_PX = 8
const CHIP: readonly [number, number] = [CHIP_PX, CHIP_PX]
const LABEL: readonly [number, number] = [7.5, 7.5]
const PILL: Room = { line: [11, 11] }

/** How many rows a commit's card has. */
export function commitRows(mutations: number): number {
  return Math.max(1, mutations > COMMIT_ROWS_MAX ? COMMIT_ROWS_MAX + 1 : mutations)
}

/** Tells what room each event takes; what is not drawn, or is noise, takes none. */
export function roomOf(events: readonly TraceEvent[], index: TraceIndex, lanes: Lanes): (event: TraceEvent) => Room | undefined {
  const noise = noiseOf(events, index)
  return (event) => {
    if (noise.has(event)) return undefined
    const isServer = lanes.of(event.node).isServer
    switch (event.type) {
      case 'called':
        return { line: [5, 5], label: LABEL }
      case 'sent':
        return { joins: true }
      case 'received':
        // As much above as what it may bring about, so that this stands where the arrow ends.
        return { line: isServer ? [CARD_PX, -CARD_PX] : [CHIP_PX, -CHIP_PX] }
      case 'lost':
        return {}
      case 'committed':
        return { line: [CARD_PX, COMMIT_ROW_PX * (commitRows(event.mutations.length) - 1) + CARD_PX] }
      case 'advanced':
        if (event.replayed.some(({ withdrawn }) => withdrawn !== undefined)) return { line: CHIP, label: [7.5, 22] }
        return event.undone > 0 || event.replayed.length > 0 ? { line: CHIP, label: LABEL } : { line: CHIP }
      case 'bootstrapped':
        return { line: CHIP, label: LABEL }
      case 'settled':
        return event.outcome.ok ? {} : { label: LABEL }
      case 'cancelled':
        return {}
      case 'calm':
        return { line: [12, 12] }
      case 'durable':
      case 'state':
        return undefined
      case 'up':
      case 'down':
      case 'status':
      case 'forked':
      case 'failed':
      case 'fault':
      case 'shows':
        return isServer ? PILL : { line: [6, 6], label: LABEL }
    }
  }
}
