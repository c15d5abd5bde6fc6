import { describe, expect, test } from 'vitest'
import { type LogUnderTest, ROOM_LOG_RULES } from './room-log-rules.ts'

/** What every `RoomLog` must do. */
export function describeRoomLog(name: string, open: () => LogUnderTest): void {
  describe(name, () => {
    test.each(ROOM_LOG_RULES)('$name', async ({ check }) => {
      await expect(check(open())).resolves.toBeUndefined()
    })
  })
}
