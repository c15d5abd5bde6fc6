import { CLIENT_FRAME_LENGTH_MAX, encodeFrame, SavepointError, SERVER_FRAME_LENGTH_MAX } from '@savepoint/core'
import { createParser } from 'eventsource-parser'
import { readRefusal } from './read-refusal.ts'
import type { AskToken, Socket, SocketListener } from './transport.ts'

/** Characters that an event may have: a frame of the longest, and the field's name before it. */
const EVENT_LENGTH_MAX = SERVER_FRAME_LENGTH_MAX + 1024

interface HttpLineOptions {
  readonly url: string
  readonly fetch: typeof fetch
  readonly token: AskToken
}

/**
 * Opens a line over HTTP, for where no WebSocket gets through: the server's frames come as the events of one long answer, the
 * client's go as posts. One post is on its way at a time, and what is sent meanwhile goes with the next: so the order holds, and
 * a slow line costs no more turns than it must.
 */
export function openHttpLine(options: HttpLineOptions, listener: SocketListener): Socket {
  return new HttpLine(options, listener)
}

class HttpLine implements Socket {
  readonly #options: HttpLineOptions
  readonly #listener: SocketListener
  readonly #ended = new AbortController()
  readonly #waiting: string[] = []
  #headers: { [name: string]: string } = {}
  /** What the server calls this line. */
  #name: string | undefined
  #posts = 0
  #isPosting = false

  constructor(options: HttpLineOptions, listener: SocketListener) {
    this.#options = options
    this.#listener = listener
    void this.#run()
  }

  get #isOver(): boolean {
    return this.#ended.signal.aborted
  }

  send(frame: string): void {
    if (this.#isOver) return
    this.#waiting.push(frame)
    if (this.#isPosting) return
    this.#isPosting = true
    // What is sent in one turn goes together.
    queueMicrotask(() => void this.#post())
  }

  close(): void {
    this.#ended.abort()
  }

  #end(error?: unknown): void {
    if (this.#isOver) return
    this.close()
    this.#listener.closed(error)
  }

  async #run(): Promise<void> {
    const { token } = this.#options
    try {
      const known = await token()
      if (known !== undefined) this.#headers = { authorization: `Bearer ${known}` }
    } catch (error) {
      return this.#end(error)
    }
    const response = await this.#fetch({ headers: { ...this.#headers, accept: 'text/event-stream' } })
    if (response === null) return
    if (!response.ok) return await this.#refused(response)
    if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
      return this.#end(new Error('The server’s address does not answer with events: something else is there.'))
    await this.#read(response)
  }

  async #read(response: Response): Promise<void> {
    const parser = createParser({
      maxBufferSize: EVENT_LENGTH_MAX,
      onEvent: ({ event, data }) => this.#heard(event, data),
      onError: (error) => this.#end(error),
    })
    const utf8 = new TextDecoder()
    try {
      const reader = response.body?.getReader()
      for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
        if (this.#isOver) return
        parser.feed(utf8.decode(part.value, { stream: true }))
      }
    } catch {
      // As a socket, it does not say why it broke.
    }
    this.#end()
  }

  #heard(event: string | undefined, data: string): void {
    if (this.#isOver) return
    if (event === 'line' && this.#name === undefined) {
      this.#name = (JSON.parse(data) as { line: string }).line
      this.#listener.opened('http')
    } else if (event === undefined) this.#listener.received(data)
  }

  async #post(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isOver) {
      const headers = {
        ...this.#headers,
        'content-type': 'text/plain',
        'savepoint-line': this.#name ?? '',
        'savepoint-post': String(++this.#posts),
      }
      const response = await this.#fetch({ method: 'POST', headers, body: this.#take() })
      if (response !== null && !response.ok) await this.#refused(response)
    }
    this.#isPosting = false
  }

  /** As many as go in one post. */
  #take(): string {
    let [count, length] = [0, 0]
    for (const frame of this.#waiting) {
      length += frame.length + 1
      if (count > 0 && length > CLIENT_FRAME_LENGTH_MAX) break
      count++
    }
    return this.#waiting.splice(0, count).join('\n')
  }

  /** Null if it failed, with which the line has ended. */
  async #fetch(init: RequestInit): Promise<Response | null> {
    try {
      return await this.#options.fetch(this.#options.url, { ...init, cache: 'no-store', signal: this.#ended.signal })
    } catch {
      this.#end()
      return null
    }
  }

  async #refused(response: Response): Promise<void> {
    const error = await readRefusal('The line', response).catch(() => undefined)
    if (this.#isOver) return
    // On a socket it would have come as a frame.
    if (error instanceof SavepointError) {
      const { code, message, retryAfterMs } = error
      const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
      this.#listener.received(encodeFrame({ type: 'refusal', code, message, ...wait }))
    }
    this.#end(error instanceof SavepointError ? undefined : error)
  }
}
