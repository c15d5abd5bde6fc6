const MASK = Buffer.from([0x12, 0x34, 0x56, 0x78])
const NO_MASK = Buffer.alloc(4)
const MASKED_BYTES_MAX = 500

interface FrameOptions {
  readonly masked?: boolean
  /** The length that it claims to have, if it is not its own. */
  readonly claims?: number
}

/** A frame of a WebSocket, from its first byte (flags and opcode) and its payload. */
export function frame(first: number, payload: Buffer, { masked = true, claims = payload.length }: FrameOptions = {}): Buffer {
  const head = claims < 126 ? Buffer.alloc(2) : claims < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  head[0] = first
  head[1] = (masked ? 0x80 : 0) | (head.length === 2 ? claims : head.length === 4 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(claims, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(claims), 2)
  if (!masked) return Buffer.concat([head, payload])
  // Masked by zeros, a long payload is what it was: hiding it is most of the work of sending it.
  if (payload.length > MASKED_BYTES_MAX) return Buffer.concat([head, NO_MASK, payload])
  const hidden = Buffer.from(payload)
  for (let i = 0; i < hidden.length; i++) hidden[i] = (hidden[i] ?? 0) ^ (MASK[i & 3] ?? 0)
  return Buffer.concat([head, MASK, hidden])
}

/** A frame of the server's, if there is a whole one. */
export function readFrame(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | undefined {
  const short = (bytes[1] ?? 0) & 0x7f
  const head = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < head) return undefined
  const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < head + size) return undefined
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(head, head + size), length: head + size }
}

export interface HttpAnswer {
  /** Of the request. */
  readonly method: string
  readonly status: number
  readonly headers: string
  readonly body: Buffer
  readonly length: number
}

/** An answer, if there is a whole one. @param method of the request, since an answer to HEAD has no body */
export function readAnswer(bytes: Buffer, method: string): HttpAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const headers = bytes.subarray(0, end).toString('latin1')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1])
  const start = end + 4
  const none = { method, status, headers, body: Buffer.alloc(0), length: start }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return none
  // What has no end was answered when it began.
  if (status === 200 && /^content-type: text\/event-stream/im.test(headers)) return { ...none, length: bytes.length }
  if (/^transfer-encoding: chunked/im.test(headers)) {
    const body = readChunks(bytes.subarray(start))
    return body && { method, status, headers, body: body.body, length: start + body.length }
  }
  const size = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? 0)
  return bytes.length < start + size
    ? undefined
    : { method, status, headers, body: bytes.subarray(start, start + size), length: start + size }
}

function readChunks(bytes: Buffer): { readonly body: Buffer; readonly length: number } | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    const next = line + 2 + size + 2
    if (bytes.length < next) return undefined
    if (size === 0) return { body: Buffer.concat(parts), length: next }
    parts.push(bytes.subarray(line + 2, line + 2 + size))
    at = next
  }
}
