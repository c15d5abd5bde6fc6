import { randomUUID } from 'node:crypto'
import { type BasePosition, decodeServerFrame, encodeFrame, PROTOCOL_VERSION, type SchemaID } from '@savepoint/core'
import { openSocket } from './open-socket.ts'

interface ListenerOptions {
  readonly url: string
  readonly room: string
  readonly schema: SchemaID
  /** A poke has come. */
  readonly poked?: () => void
}

/** A socket that is up to date with a room by its own account, and from then on gets every poke, but reads none. */
export async function openListener({ url, room, schema, poked }: ListenerOptions): Promise<{ close(): void }> {
  const socket = await openSocket(`${url.replace(/^http/, 'ws')}/rooms/${room}/socket`)
  const clientID = randomUUID()
  const { name, version, hash } = schema
  const hello = async (base: BasePosition | null) => {
    const answered = new Promise<unknown>((resolve) => socket.once('message', resolve))
    socket.send(
      encodeFrame({ type: 'hello', protocol: PROTOCOL_VERSION, clientID, schema: { name, version, hash }, base, confirmed: 0, issued: 0 }),
    )
    const welcome = decodeServerFrame(String(await answered))
    if (welcome.type !== 'welcome') throw new Error(`A listener was answered with ${welcome.type}.`)
    return welcome
  }
  const { epoch, version: at } = await hello(null)
  await hello({ epoch, version: at })
  if (poked !== undefined) socket.on('message', poked)
  return { close: () => socket.close() }
}
