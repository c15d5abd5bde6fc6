import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTestRoom } from '../testing/open-room.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { SnapshotThread } from './snapshot-thread.ts'

test('a snapshot that is being made when the server closes is told of as what it is', async () => {
  const { path: room } = await openTestRoom()
  const thread = new SnapshotThread()
  const job = thread.run({ type: 'write', room, target: join(temporaryDirectory(), 'snapshot.db') })
  await Promise.all([expect(job).rejects.toMatchObject({ name: 'SavepointError', code: 'going-away' }), thread.close()])
})
