import type { Socket } from 'node:net'
import type { Talk } from './fire.ts'
import { SocketReader } from './readers.ts'
import type { Part } from './shot.ts'
import { frame } from './wire.ts'

/** A frame that is not whole has no answer; who waited so long says that there is no more. */
const NO_ANSWER_MS = 300

const PING = frame(0x81, Buffer.from('{"type":"ping","confirmed":0}'))

const WELCOME = /^\{"type":"welcome"/
const POKE = /^\{"type":"poke"/
const OUTCOME = /^\{"type":"poke","outcomes":\[\{/
const PONG = /^\{"type":"pong"/

/** The upgrade and a hello as it should be; when that was answered, calls; and when those were, what is no message. */
export function socketTalk(parts: readonly Part[]): Talk {
  const reader = new SocketReader()
  const helloAt = parts.findIndex(({ hello }) => hello !== undefined)
  const last = parts.at(-1)?.breaks ? parts.at(-1) : undefined
  const calls = helloAt < 0 ? [] : parts.slice(helloAt + 1).filter((part) => part !== last)
  const opening = helloAt < 0 ? parts.filter((part) => part !== last) : parts.slice(0, helloAt + 1)
  const steps: Step[] = [
    { send: () => bytesOf(opening), isDone: () => (helloAt < 0 ? reader.isUp : reader.has(WELCOME)) },
    {
      send: () => helloAgain(reader, parts[helloAt]?.hello),
      // A room that has gone on too far meanwhile names its snapshot once more. What is called then is taken all the same.
      isDone: () => helloAt < 0 || reader.has(POKE) || reader.count(WELCOME) > 1,
    },
    {
      send: () => (helloAt < 0 ? [] : [...bytesOf(calls), PING]),
      isDone: () => helloAt < 0 || (reader.has(PONG) && (calls.length === 0 || !reader.has(POKE) || reader.has(OUTCOME))),
    },
  ]
  let at = -1
  let framesBefore = 0
  const next = (socket: Socket): boolean => {
    if (reader.hasClosed) return true
    while (at < steps.length && (at < 0 || steps[at]?.isDone())) {
      at++
      const bytes = steps[at]?.send() ?? []
      if (bytes.length > 0) socket.write(Buffer.concat(bytes))
      if (at === steps.length) {
        if (last === undefined) return true
        framesBefore = reader.frames.length
        socket.write(last.bytes)
        setTimeout(() => socket.end(), NO_ANSWER_MS)
        return false
      }
    }
    return at === steps.length && reader.frames.length > framesBefore
  }
  return { reader, begin: next, goOn: next }
}

interface Step {
  send(): readonly Buffer[]
  isDone(): boolean
}

function bytesOf(parts: readonly Part[]): Buffer[] {
  return parts.map(({ bytes }) => bytes)
}

/** A client that has the snapshot of the version that it was told of. */
function helloAgain(reader: SocketReader, hello: object | undefined): readonly Buffer[] {
  const welcome = reader.last('{"type":"welcome"')
  if (hello === undefined || welcome === undefined) return []
  const { epoch, version } = JSON.parse(welcome) as { epoch: string; version: number }
  return [frame(0x81, Buffer.from(JSON.stringify({ ...hello, base: { epoch, version } })))]
}
