import type { Bench } from '../bench.ts'
import { measureConnections } from './idle-connections.ts'
import { measureRooms } from './many-rooms.ts'
import { measureTraffic } from './traffic.ts'

/** What many connections and many rooms take, of which little is asked. */
export const scale: Bench = {
  name: 'scale',
  summary: 'memory for each idle connection and each open room, 100,000 rooms on disk, and 1,000 rooms of three clients',
  run: async (context) => [await measureConnections(context), await measureRooms(context), await measureTraffic(context)],
}
