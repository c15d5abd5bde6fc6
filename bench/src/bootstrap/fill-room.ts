import { randomUUID } from 'node:crypto'
import { decodeServerFrame, encodeData, encodeFrame, PROTOCOL_VERSION, type ServerMessage } from '@savepoint/core'
import { WebSocket } from 'ws'
import { rowsSchema } from '../apps/rows.ts'

/** Rows of one mutation: below the server's limit of rows, and of characters. */
const ROWS_A_MUTATION = 10_000

/**
 * Puts rows into a room through its front door, so that it has the log of a room that has come by them. It speaks the protocol by
 * hand, as it wants no replica.
 */
export async function fillRoom(url: string, room: string, rows: number): Promise<void> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/rooms/${room}/socket`)
  const received: ServerMessage[] = []
  let heard = () => {}
  socket.on('message', (data) => {
    received.push(decodeServerFrame(String(data)))
    heard()
  })
  const next = async () => {
    while (received.length === 0) await new Promise<void>((resolve) => (heard = resolve))
    return received.shift() as ServerMessage
  }
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const { name, version, hash } = rowsSchema
  const hello = {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    clientID: randomUUID(),
    schema: { name, version, hash },
    confirmed: 0,
    issued: 0,
  } as const
  socket.send(encodeFrame({ ...hello, base: null }))
  const welcome = await next()
  if (welcome.type !== 'welcome') throw new Error(`The room answered with ${welcome.type}.`)
  socket.send(encodeFrame({ ...hello, base: { epoch: welcome.epoch, version: welcome.version } }))
  for (let from = 1, mutationID = 1; from <= rows; from += ROWS_A_MUTATION, mutationID++) {
    const args = encodeData({ from, to: Math.min(rows, from + ROWS_A_MUTATION - 1) })
    socket.send(
      encodeFrame({
        type: 'push',
        mutations: [{ mutationID, name: 'fill', args, createdAt: Date.now(), seed: randomUUID() }],
        confirmed: mutationID - 1,
      }),
    )
    await outcomeOf(mutationID, next)
  }
  socket.close()
}

async function outcomeOf(mutationID: number, next: () => Promise<ServerMessage>): Promise<void> {
  for (;;) {
    const message = await next()
    if (message.type === 'refusal') throw new Error(message.message)
    const own = message.type === 'poke' ? message.outcomes.find((outcome) => outcome.mutationID === mutationID) : undefined
    if (own === undefined) continue
    if (!own.outcome.ok) throw new Error(own.outcome.message)
    return
  }
}
