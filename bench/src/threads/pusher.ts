import { randomUUID } from 'node:crypto'
import { type BasePosition, encodeData, encodeFrame, PROTOCOL_VERSION } from '@savepoint/core'
import { app } from '../apps/batches.ts'
import { openSocket } from '../socket/open-socket.ts'

/** A client without a replica: it costs next to nothing, so that the machine is the server's. */
export interface Pusher {
  /**
   * Pushes mutations that touch so many rows, always with so many under way; returns how many were answered in time.
   * @param pushed told of each push
   */
  flood(rows: number, inFlight: number, ms: number, pushed?: () => void): Promise<number>
  close(): void
}

/** Comes into a room, up to date with it by its own account. */
export async function openPusher(url: string, room: string): Promise<Pusher> {
  const socket = await openSocket(`${url.replace(/^http/, 'ws')}/rooms/${room}/socket`)
  const clientID = randomUUID()
  const { name, version, hash } = app.schema
  let heard = (_frame: { readonly [field: string]: unknown }): void => {}
  socket.on('message', (data) => heard(JSON.parse(String(data))))
  const hello = async (base: BasePosition | null, until: 'welcome' | 'poke') => {
    const answered = new Promise<{ readonly [field: string]: unknown }>((resolve, reject) => {
      heard = (frame) => {
        if (frame.type === 'refusal') reject(new Error(`A pusher was refused: ${String(frame.message)}`))
        else if (frame.type === until) resolve(frame)
      }
    })
    const schema = { name, version, hash }
    socket.send(encodeFrame({ type: 'hello', protocol: PROTOCOL_VERSION, clientID, schema, base, confirmed: 0, issued: 0 }))
    return await answered
  }
  const { epoch, version: at } = await hello(null, 'welcome')
  await hello({ epoch: String(epoch), version: Number(at) }, 'poke')

  let [issued, confirmed] = [0, 0]
  const push = (rows: number, count: number): void => {
    const mutations = Array.from({ length: count }, () => {
      const mutationID = ++issued
      return { mutationID, name: 'touch', args: encodeData({ rows }), createdAt: 0, seed: `${clientID}/${mutationID}` }
    })
    socket.send(encodeFrame({ type: 'push', mutations, confirmed }))
  }
  return {
    async flood(rows, inFlight, ms, pushed) {
      const end = performance.now() + ms
      let count = 0
      await new Promise<void>((resolve, reject) => {
        heard = ({ type, outcomes }) => {
          if (type !== 'poke') return reject(new Error(`A pusher was sent a ${String(type)}.`))
          const answered = (outcomes as readonly unknown[]).length
          confirmed += answered
          if (performance.now() < end) {
            count += answered
            push(rows, answered)
            pushed?.()
          } else if (confirmed === issued) resolve()
        }
        push(rows, inFlight)
        pushed?.()
      })
      return count
    },
    close: () => socket.close(),
  }
}
