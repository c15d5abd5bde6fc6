import { type HttpAnswer, readAnswer, readFrame } from './wire.ts'

/** Reads what comes, piece by piece. */
abstract class Reader {
  readonly answers: HttpAnswer[] = []
  /** Texts of the frames. */
  readonly frames: string[] = []
  #bytes: Buffer = Buffer.alloc(0)

  feed(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    for (let length = this.take(this.#bytes); length > 0; length = this.take(this.#bytes)) this.#bytes = this.#bytes.subarray(length)
  }

  /** Takes the next whole thing, and returns its length, or 0 if there is none. */
  protected abstract take(bytes: Buffer): number
}

export class HttpReader extends Reader {
  readonly #methods: readonly string[]

  /** @param methods of the requests */
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

export class SocketReader extends Reader {
  hasClosed = false

  get isUp(): boolean {
    return this.answers.length > 0
  }

  has(frame: RegExp): boolean {
    return this.count(frame) > 0
  }

  count(frame: RegExp): number {
    return this.frames.filter((text) => frame.test(text)).length
  }

  /** The last frame that begins so. */
  last(beginning: string): string | undefined {
    return this.frames.findLast((text) => text.startsWith(beginning))
  }

  protected take(bytes: Buffer): number {
    if (!this.isUp) {
      const answer = readAnswer(bytes, 'GET')
      if (answer !== undefined) this.answers.push(answer)
      return answer?.length ?? 0
    }
    const next = readFrame(bytes)
    if (next === undefined) return 0
    if (next.opcode === 1) this.frames.push(next.payload.toString())
    if (next.opcode === 8) this.hasClosed = true
    return next.length
  }
}
