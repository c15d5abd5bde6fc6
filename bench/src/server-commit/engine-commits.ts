import { encodeData, type QueuedMutation } from '@savepoint/core'
import { EmbeddedLog, RoomEngine } from '@savepoint/server'
import { fileStorage, systemWorld } from '@savepoint/server/node'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { type Commits, CREATED_AT, seedOf } from './commits.ts'

const SENDER = { connection: 1, clientID: 'bench', identity: '', auth: null }

export interface EngineCommits extends Commits {
  /** Commits counters with a note each, named and numbered from one to the other. */
  fill(args: { from: number; to: number; note: string }): Promise<unknown>
}

/** A room's engine on its own: batches of mutations as they come out of the room's queue. */
export async function engineCommits(path: string): Promise<EngineCommits> {
  const engine = await RoomEngine.open({
    name: 'bench',
    schema: countersSchema,
    mutators: countersMutators,
    storage: fileStorage(path),
    openLog: (writer, reader) => new EmbeddedLog(writer, reader),
    world: systemWorld,
  })
  let mutationID = 0
  const queued = (name: 'add' | 'fill', args: string): QueuedMutation => {
    mutationID++
    return { sender: SENDER, mutation: { mutationID, name, args, createdAt: CREATED_AT, seed: seedOf(mutationID) } }
  }
  return {
    prepare(batch) {
      let left: readonly QueuedMutation[] = batch.map((args) => queued('add', encodeData(args)))
      return async () => {
        // A batch ends early if it takes too long; the rest is the next one.
        while (left.length > 0) ({ left } = await engine.commit(left))
      }
    },
    fill: (args) => engine.commit([queued('fill', encodeData(args))]),
    close: () => engine.close(),
  }
}
