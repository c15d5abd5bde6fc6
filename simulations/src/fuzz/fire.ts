import { connect, type Socket } from 'node:net'
import { HttpReader, type SocketReader } from './readers.ts'
import type { Part, Shot } from './shot.ts'
import { socketTalk } from './socket-talk.ts'
import type { HttpAnswer } from './wire.ts'

/** Nothing of what is sent takes the server a fraction of this; on a busy machine it may wait for its turn. */
const HANGS_MS = 120_000

/** What came back on one connection. */
export interface Reply {
  readonly bytes: Buffer
  readonly answers: readonly HttpAnswer[]
  /** Texts of the frames. */
  readonly frames: readonly string[]
  /** Neither an end nor all answers came in time. */
  readonly hangs: boolean
}

/** A talk on one connection, which moves on with what comes back. */
export interface Talk {
  readonly reader: HttpReader | SocketReader
  begin(socket: Socket): void
  /** Something came. @returns true if that was all */
  goOn(socket: Socket): boolean
}

/** Sends it all on a new connection, and waits for what comes back. */
export function fire(port: number, { door, parts }: Shot): Promise<Reply> {
  return new Promise((resolve) => {
    const received: Buffer[] = []
    const talk = door === 'http' ? httpTalk(parts) : socketTalk(parts)
    const { reader } = talk
    const socket = connect(port, '127.0.0.1')
    const finish = (hangs: boolean) => {
      clearTimeout(guard)
      socket.destroy()
      resolve({ bytes: Buffer.concat(received), answers: reader.answers, frames: reader.frames, hangs })
    }
    const guard = setTimeout(() => finish(true), HANGS_MS)
    socket.setNoDelay(true)
    // Whoever sends garbage has to live with a line that is cut.
    socket.on('error', () => {})
    socket.on('close', () => finish(false))
    socket.on('data', (bytes: Buffer) => {
      received.push(bytes)
      reader.feed(bytes)
      if (talk.goOn(socket)) finish(false)
    })
    talk.begin(socket)
  })
}

/** All requests at once. */
function httpTalk(parts: readonly Part[]): Talk {
  const reader = new HttpReader(parts.map(({ method }) => method ?? 'GET'))
  const bytes = Buffer.concat(parts.map((part) => part.bytes))
  return {
    reader,
    // Who waits for the rest of it learns that there is none.
    begin: (socket) => (parts.at(-1)?.breaks ? socket.end(bytes) : socket.write(bytes)),
    goOn: () => reader.isComplete,
  }
}
