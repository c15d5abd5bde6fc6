import { connect } from 'node:net'
import type { Shot } from './shot.ts'
import { frame, type HttpAnswer, readAnswer, readFrame } from './wire.ts'

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
  /** There was nobody to connect to, or the line broke. */
  readonly failed: boolean
}

const LAST_PING = Buffer.from('the last')

/** Sends it all on a new connection, and waits for what comes back. */
export function fire(port: number, { door, parts }: Shot): Promise<Reply> {
  return new Promise((resolve) => {
    const breaks = parts.at(-1)?.breaks === true
    const methods = parts.map(({ method }) => method ?? 'GET')
    const received: Buffer[] = []
    const reader = door === 'http' ? new HttpReader(methods) : new SocketReader()
    let failed = false
    const socket = connect(port, '127.0.0.1')
    const finish = (hangs: boolean) => {
      clearTimeout(guard)
      socket.destroy()
      resolve({ bytes: Buffer.concat(received), answers: reader.answers, frames: reader.frames, hangs, failed })
    }
    const guard = setTimeout(() => finish(true), HANGS_MS)
    socket.setNoDelay(true)
    socket.on('error', () => {
      failed = true
    })
    socket.on('close', () => finish(false))
    socket.on('data', (bytes: Buffer) => {
      received.push(bytes)
      reader.feed(bytes)
      if (reader.isComplete) finish(false)
    })
    const all = parts.map(({ bytes }) => bytes)
    if (door === 'socket' && !breaks) all.push(frame(0x89, LAST_PING))
    // Who waits for the rest of it learns that there is none.
    if (breaks) socket.end(Buffer.concat(all))
    else socket.write(Buffer.concat(all))
  })
}

/** Reads what comes, piece by piece. */
abstract class Reader {
  readonly answers: HttpAnswer[] = []
  readonly frames: string[] = []
  abstract readonly isComplete: boolean
  #bytes: Buffer = Buffer.alloc(0)

  feed(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    for (let length = this.take(this.#bytes); length > 0; length = this.take(this.#bytes)) this.#bytes = this.#bytes.subarray(length)
  }

  /** Takes the next whole thing, and returns its length, or 0 if there is none. */
  protected abstract take(bytes: Buffer): number
}

class HttpReader extends Reader {
  readonly #methods: readonly string[]

  constructor(methods: readonly string[]) {
    super()
    this.#methods = methods
  }

  get isComplete(): boolean {
    return this.answers.length >= this.#methods.length
  }

  protected take(bytes: Buffer): number {
    const method = this.#methods[this.answers.length]
    const answer = method === undefined ? undefined : readAnswer(bytes, method)
    if (answer === undefined) return 0
    // Those below 200 come before the answer.
    if (answer.status >= 200 || answer.status === 101) this.answers.push(answer)
    return answer.length
  }
}

class SocketReader extends Reader {
  isComplete = false

  protected take(bytes: Buffer): number {
    if (this.answers.length === 0) {
      const answer = readAnswer(bytes, 'GET')
      if (answer !== undefined) this.answers.push(answer)
      return answer?.length ?? 0
    }
    const next = readFrame(bytes)
    if (next === undefined) return 0
    if (next.opcode === 1) this.frames.push(next.payload.toString())
    if (next.opcode === 8 || (next.opcode === 10 && next.payload.equals(LAST_PING))) this.isComplete = true
    return next.length
  }
}
