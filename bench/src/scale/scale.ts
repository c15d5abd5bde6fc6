import type { Bench } from '../bench.ts'
import { measureConnections } from './idle-connections.ts'
import { measureRooms } from './many-rooms.ts'

/** What many connections and many rooms take, of which little is asked. */
export const scale: Bench = {
  name: 'scale',
  summary: 'memory for each idle connection and each open room, rooms opened a second, and 100,000 rooms on disk',
  run: async (context) => [await measureConnections(context), await measureRooms(context)],
}
