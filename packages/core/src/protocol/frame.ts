import { SavepointError } from '../errors/savepoint-error.ts'
import { type Authorize, readAuthorize } from './authorize.ts'
import { type Fields, readObject } from './fields.ts'
import { type Hello, readHello } from './hello.ts'
import { type Ping, readPing } from './ping.ts'
import { type Poke, readPoke } from './poke.ts'
import type { Pong } from './pong.ts'
import { type Push, readPush } from './push.ts'
import { type Refusal, readRefusal } from './refusal.ts'
import { readWelcome, type Welcome } from './welcome.ts'

export type ClientMessage = Authorize | Hello | Push | Ping
export type ServerMessage = Welcome | Poke | Refusal | Pong

/** UTF-16 units of a frame from a client. A push of many mutations is cut to fit. */
export const CLIENT_FRAME_LENGTH_MAX = 1024 * 1024

/** UTF-16 units of a frame from the server. A catch-up that would be longer is served as a snapshot. */
export const SERVER_FRAME_LENGTH_MAX = 16 * 1024 * 1024

/** All but pokes, which are encoded in two parts (see `encodePoke`). */
export function encodeFrame(message: ClientMessage | Exclude<ServerMessage, Poke>): string {
  return JSON.stringify(message)
}

/** @throws SavepointError `bad-message` or `frame-too-large` */
export function decodeClientFrame(frame: string): ClientMessage {
  const fields = parse(frame, CLIENT_FRAME_LENGTH_MAX)
  switch (fields.type) {
    case 'authorize':
      return readAuthorize(fields)
    case 'hello':
      return readHello(fields)
    case 'push':
      return readPush(fields)
    case 'ping':
      return readPing(fields)
    default:
      throw unknownType()
  }
}

/** @throws SavepointError `bad-message` or `frame-too-large` */
export function decodeServerFrame(frame: string): ServerMessage {
  const fields = parse(frame, SERVER_FRAME_LENGTH_MAX)
  switch (fields.type) {
    case 'welcome':
      return readWelcome(fields)
    case 'poke':
      return readPoke(fields)
    case 'refusal':
      return readRefusal(fields)
    case 'pong':
      return { type: 'pong' }
    default:
      throw unknownType()
  }
}

function parse(frame: string, lengthMax: number): Fields {
  if (frame.length > lengthMax) {
    throw new SavepointError(
      'frame-too-large',
      `A frame of ${frame.length} characters was refused: the limit is ${lengthMax}. Nothing of it was applied.`,
    )
  }
  try {
    return readObject(JSON.parse(frame), 'the frame')
  } catch (cause) {
    if (cause instanceof SavepointError) throw cause
    throw new SavepointError('bad-message', 'A frame was refused and has had no effect: it is not JSON.', { cause })
  }
}

function unknownType(): SavepointError {
  return new SavepointError('bad-message', 'A frame was refused and has had no effect: its type is not known.')
}
