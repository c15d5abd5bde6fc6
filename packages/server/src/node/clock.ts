import { nanoid } from 'nanoid'
import type { RoomWorld } from '../room/room-engine.ts'

/** The system's clock, timers and chance. */
export const systemWorld: RoomWorld = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  id: () => nanoid(),
  schedule: (task) => void setImmediate(task),
}
