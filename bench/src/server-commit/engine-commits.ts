import { encodeData, type QueuedMutation } from '@savepoint/core'
import { EmbeddedLog, RoomEngine } from '@savepoint/server'
import { fileStorage, systemWorld } from '@savepoint/server/node'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { type Commits, CREATED_AT, seedOf } from './commits.ts'

const SENDER = { connection: 1, clientID: 'bench', identity: '', auth: null }

/** A room's engine on its own: batches of mutations as they come out of the room's queue. */
export async function engineCommits(path: string): Promise<Commits> {
  const engine = await RoomEngine.open({
    name: 'bench',
    schema: countersSchema,
    mutators: countersMutators,
    storage: fileStorage(path),
    openLog: (writer, reader) => new EmbeddedLog(writer, reader),
    world: systemWorld,
  })
  let mutationID = 0
  const queued = (args: string): QueuedMutation => {
    mutationID++
    return { sender: SENDER, mutation: { mutationID, name: 'add', args, createdAt: CREATED_AT, seed: seedOf(mutationID) } }
  }
  return {
    prepare(batch) {
      let left: readonly QueuedMutation[] = batch.map((args) => queued(encodeData(args)))
      return async () => {
        // A batch ends early if it takes too long; the rest is the next one.
        while (left.length > 0) ({ left } = await engine.commit(left))
      }
    },
    close: () => engine.close(),
  }
}
