import { connect, type Socket } from 'node:net'
import { HttpReader, SocketReader } from './readers.ts'
import type { Part, Shot } from './shot.ts'
import { frame, type HttpAnswer } from './wire.ts'

/** Nothing of what is sent takes the server a fraction of this; on a busy machine it may wait for its turn. */
const HANGS_MS = 120_000

/** A frame that is not whole has no answer; who waited so long says that there is no more. */
const NO_ANSWER_MS = 300

const PING = frame(0x81, Buffer.from('{"type":"ping","confirmed":0}'))

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
interface Talk {
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

/** The upgrade and what is taken; when that was answered, what is not. */
function socketTalk(parts: readonly Part[]): Talk {
  const reader = new SocketReader()
  const last = parts.at(-1)?.breaks ? parts.at(-1) : undefined
  const first = last === undefined ? parts : parts.slice(0, -1)
  const isGreeted = first.some(({ isHello }) => isHello)
  const begin = Buffer.concat([...first.map(({ bytes }) => bytes), ...(isGreeted ? [PING] : [])])
  let framesBefore: number | undefined
  return {
    reader,
    begin: (socket) => socket.write(begin),
    goOn(socket) {
      if (reader.hasClosed || (framesBefore !== undefined && reader.frames.length > framesBefore)) return true
      if (framesBefore !== undefined || !(isGreeted ? reader.hasPong : reader.isUp)) return false
      if (last === undefined) return true
      framesBefore = reader.frames.length
      socket.write(last.bytes)
      setTimeout(() => socket.end(), NO_ANSWER_MS)
      return false
    },
  }
}
