import { get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps } from 'node:https'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import type { FetchFile, FileResponse } from './connection/fetch-snapshot.ts'

/** What is unpacked at once, in bytes: by default it is a quarter of that. */
const PIECE_BYTES = 64 * 1024

const UNPACK = {
  br: () => createBrotliDecompress({ chunkSize: PIECE_BYTES }),
  gzip: () => createGunzip({ chunkSize: PIECE_BYTES }),
}

/** Left alone, Node's `fetch` asks for brotli over https only. */
export const fetchBrotli: typeof fetch = (input, init) =>
  fetch(input, { ...init, headers: { ...init?.headers, 'accept-encoding': ACCEPT } })

const ACCEPT = 'br, gzip'

/**
 * As `fetch`, for large files in Node: in a process that has just started it takes a third of the time, as `fetch` has much to load
 * first and unpacks in small pieces. What answers with something else than a file (a redirect, a refusal) is asked again by `fetch`.
 * It rejects as `fetch` does.
 */
export const fetchFile: FetchFile = async (url, { headers, signal }) => {
  const get = url.startsWith('https:') ? getHttps : getHttp
  const failed = (message: string, cause: unknown) => (signal.aborted ? signal.reason : new TypeError(message, { cause }))
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = get(url, { headers: { ...headers, 'accept-encoding': ACCEPT }, signal }, resolve)
    request.on('error', (cause) => reject(failed('fetch failed', cause)))
  })
  const { statusCode, headers: told } = answer
  const encoding = told['content-encoding']
  if ((statusCode !== 200 && statusCode !== 206) || !(encoding === undefined || isKnown(encoding))) {
    answer.destroy()
    return await fetchBrotli(url, { headers, signal })
  }
  const body = encoding === undefined ? answer : pipeline(answer, UNPACK[encoding](), () => {})
  return {
    ok: true,
    status: statusCode,
    headers: { get: (name) => told[name]?.toString() ?? null },
    body: readerOf(body, (cause) => failed('terminated', cause)),
    text: async () => String(Buffer.concat(await body.toArray())),
  }
}

function isKnown(encoding: string): encoding is keyof typeof UNPACK {
  return Object.hasOwn(UNPACK, encoding)
}

function readerOf(readable: Readable, failed: (cause: unknown) => unknown): FileResponse['body'] {
  const pieces: AsyncIterator<Uint8Array> = readable[Symbol.asyncIterator]()
  const read = async () => {
    try {
      const { value, done } = await pieces.next()
      return done === true ? {} : { value }
    } catch (error) {
      throw failed(error)
    }
  }
  const cancel = async () => void readable.destroy()
  return { getReader: () => ({ read, cancel }), cancel }
}
