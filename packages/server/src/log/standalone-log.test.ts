import { StandaloneLog } from '../testing/standalone-log.ts'
import { describeRoomLog } from './room-log.contract.ts'

describeRoomLog('a log that stands apart', () => {
  const shared = new StandaloneLog()
  const log = shared.open()
  return { log, append: async (entries) => await log.append(entries), another: () => shared.open() }
})
