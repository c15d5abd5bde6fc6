import { encodeData, encodeFrame, PROTOCOL_VERSION } from '@savepoint/core'
import { EmbeddedLog, Room } from '@savepoint/server'
import { fileStorage, systemWorld } from '@savepoint/server/node'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { type Commits, CREATED_AT, seedOf } from './commits.ts'

/** A whole room, from the text of a push to the text of the poke that answers it; only the socket is missing. */
export async function roomCommits(path: string): Promise<Commits> {
  const room = await Room.open({
    name: 'bench',
    schema: countersSchema,
    mutators: countersMutators,
    storage: fileStorage(path),
    openLog: (writer, reader) => new EmbeddedLog(writer, reader),
    world: systemWorld,
    retention: { versions: 1_000_000 },
    onEvent: () => {},
  })
  let heard = (_: string): void => {}
  const connection = room.connect({ bufferedBytes: 0, send: (frame) => heard(frame), close() {}, cut() {} }, { identity: '', auth: null })
  const say = (frame: string, isAnswer: (frame: string) => boolean) =>
    new Promise<void>((resolve, reject) => {
      heard = (answer) => {
        if (answer.startsWith('{"type":"refusal"')) reject(new Error(answer))
        if (isAnswer(answer)) resolve()
      }
      connection.receive(frame)
    })
  const { name, version, hash } = countersSchema
  const base = { epoch: room.position.epoch, version: 0 }
  const hello = {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    clientID: 'bench',
    schema: { name, version, hash },
    base,
    confirmed: 0,
    issued: 0,
  } as const
  await say(encodeFrame(hello), (frame) => frame.startsWith('{"type":"poke"'))
  let issued = 0
  return {
    prepare(batch) {
      const confirmed = issued
      const mutations = batch.map((args) => ({
        mutationID: ++issued,
        name: 'add',
        args: encodeData(args),
        createdAt: CREATED_AT,
        seed: seedOf(issued),
      }))
      const frame = encodeFrame({ type: 'push', mutations, confirmed })
      // To read the answer is the client's work: that it holds the last one's outcome is enough here.
      const last = `{"mutationID":${issued},`
      return () => say(frame, (answer) => answer.includes(last))
    },
    async close() {
      heard = () => {}
      await room.close()
    },
  }
}
