import { readRefusal } from './read-refusal.ts'
import type { GiveToken, Progress, ReceivedSnapshot, Snapshot, SnapshotPosition, SnapshotSink } from './transport.ts'

const MAGIC = 'SQLite format 3'

/** The slice of a `Response` that a snapshot comes by, so that others than `fetch` can bring it. */
export interface FileResponse {
  readonly ok: boolean
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: {
    getReader(): { read(): Promise<{ value?: Uint8Array | undefined }>; cancel(): Promise<void> }
    cancel(): Promise<void>
  } | null
  text(): Promise<string>
}

export type FetchFile = (
  url: string,
  init: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
) => Promise<FileResponse>

interface Request {
  readonly url: string
  readonly fetch: FetchFile
  readonly token?: GiveToken | undefined
  readonly signal: AbortSignal
  readonly progress: Progress
}

interface Head extends SnapshotPosition {
  /** Bytes of the file, uncompressed. */
  readonly size: number
  /** Empty if the server gives none: then nothing can go on later. */
  readonly tag: string
}

/** Into one piece of memory from the start: a large room twice over is more than some devices have. */
export async function fetchSnapshot(request: Request): Promise<Snapshot> {
  const response = await ask(request, {})
  if (!response.ok) throw await readRefusal('The snapshot', response)
  const { epoch, version, digest, size } = readHead(response.headers)
  const bytes = new Uint8Array(size)
  await readBody(response, { at: 0, size, progress: request.progress, take: (part, at) => bytes.set(part, at) })
  return { epoch, version, digest, bytes }
}

/** Into a sink, from where an earlier attempt broke off if the server has the same file still. */
export async function receiveSnapshot(request: Request, sink: SnapshotSink): Promise<ReceivedSnapshot> {
  const { partial } = sink
  const response = await ask(request, partial === undefined ? {} : { range: `bytes=${partial.bytes}-`, 'if-range': partial.tag })
  const isBeyond = response.status === 416
  if (!response.ok && !isBeyond) throw await readRefusal('The snapshot', response)
  const { epoch, version, digest, size, tag } = readHead(response.headers)
  const isSame = partial !== undefined && partial.tag === tag
  if (isBeyond && !(isSame && partial.bytes === size)) {
    sink.begin('', 0, 0)
    throw new Error('The snapshot that was fetched in part is gone. It is asked for again from the start.')
  }
  const at = isSame && (isBeyond || response.status === 206) ? partial.bytes : 0
  if (at === 0 && response.status === 206) throw new Error('The server gave another part of a snapshot than it was asked for')
  sink.begin(tag, size, at)
  if (isBeyond) await response.body?.cancel()
  else {
    const take = (part: Uint8Array) => {
      // What comes after its end may be another file's by now.
      request.signal.throwIfAborted()
      sink.write(part)
    }
    await readBody(response, { at, size, progress: request.progress, take })
  }
  return { epoch, version, digest, received: size }
}

async function ask({ url, fetch, token, signal, progress }: Request, headers: { [name: string]: string }): Promise<FileResponse> {
  const known = await token?.({ fresh: false })
  const response = await fetch(url, { signal, headers: { ...headers, ...(known !== undefined && { authorization: `Bearer ${known}` }) } })
  progress()
  return response
}

interface Reading {
  readonly at: number
  readonly size: number
  readonly progress: Progress
  take(part: Uint8Array, at: number): void
}

async function readBody(response: FileResponse, { at, size, progress, take }: Reading): Promise<void> {
  let [length, start] = [at, '']
  const reader = response.body?.getReader()
  try {
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      const { value } = part
      if (length + value.length > size) throw new Error(`The snapshot is longer than the ${size} bytes that the server gave for it`)
      if (length < MAGIC.length) start += new TextDecoder().decode(value.subarray(0, MAGIC.length - length))
      if (!MAGIC.startsWith(start) && !start.startsWith(MAGIC)) throw new Error('The snapshot is not a SQLite database')
      take(value, length)
      length += value.length
      progress(length, size)
    }
  } catch (error) {
    // What nobody reads would keep the connection, and a process of Node, waiting.
    await reader?.cancel().catch(() => {})
    throw error
  }
  if (length < size) throw new Error(`The snapshot broke off after ${length} of ${size} bytes`)
}

function readHead(headers: FileResponse['headers']): Head {
  const epoch = headers.get('savepoint-epoch')
  const version = Number(headers.get('savepoint-version') ?? Number.NaN)
  const digest = headers.get('savepoint-digest')
  const size = Number(headers.get('savepoint-size') ?? Number.NaN)
  if (!epoch || !digest || !Number.isSafeInteger(version) || !Number.isSafeInteger(size)) {
    throw new Error('The snapshot has no epoch, version, digest or size')
  }
  return { epoch, version, digest, size, tag: headers.get('etag') ?? '' }
}
