import { isErrorCode } from '@savepoint/core'
import type { Reply } from './fire.ts'
import type { HttpAnswer } from './wire.ts'

/** Traces of the server's insides that are nobody's business: frames of a stack, files, errors of the engine, SQL. */
const INSIDES = /\n\s+at |node:internal|node_modules|\.[jt]s:\d|SqliteError|SQLITE_|_savepoint_|\bat Object\.|\/rooms?\.db/

/** Statuses that Node and ws answer with before there is a request, without a body. */
const WITHOUT_BODY = new Set([400, 403, 404, 405, 408, 413, 417, 426, 431])

const UPGRADE_WORDS = /^(Missing or invalid|Invalid) [\w -]+ header$|^(Bad Request|Invalid HTTP method|Upgrade Required)$/

/** What is wrong with what came back, if anything is. @param secrets texts that must not be in it */
export function wrongOf(reply: Reply, secrets: readonly string[]): string | undefined {
  if (reply.hangs) return 'no reply came in time'
  const secret = secrets.find((one) => reply.bytes.includes(one))
  if (secret !== undefined) return `the reply holds ${secret}, of another room`
  for (const answer of reply.answers) {
    const wrong = wrongAnswer(answer)
    if (wrong !== undefined) return wrong
  }
  for (const frame of reply.frames) {
    const wrong = wrongFrame(frame)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function wrongAnswer({ method, status, headers, body }: HttpAnswer): string | undefined {
  if (Number.isNaN(status)) return `an answer that is none: ${headers.slice(0, 100)}`
  if (status < 400) return undefined
  if (status >= 500 && status !== 503) return `status ${status}: ${body}`
  if (method === 'HEAD') return undefined
  if (body.length === 0)
    return WITHOUT_BODY.has(status) || /^content-length: /im.test(headers) ? undefined : `status ${status} says nothing`
  if (status === 400 || status === 405 || status === 426) {
    // So `ws` refuses an upgrade that is none.
    if (/^connection: close\r?$/im.test(headers) && UPGRADE_WORDS.test(body.toString())) return undefined
  }
  const text = body.toString()
  // The server's own page is for people, and so is its no.
  const isPage = /^content-type: text\/html/im.test(headers) && /^x-frame-options: DENY/im.test(headers)
  if (isPage) return INSIDES.test(text) ? `a page tells of the server's insides: ${text.slice(0, 300)}` : undefined
  return wrongReason(text, ['code', 'message'], `status ${status}`)
}

function wrongFrame(text: string): string | undefined {
  let type: unknown
  try {
    type = (JSON.parse(text) as { type?: unknown }).type
  } catch {
    return `a frame that is not JSON: ${text.slice(0, 100)}`
  }
  if (type !== 'refusal') return undefined
  const wrong = wrongReason(text, ['code', 'message', 'type'], 'a refusal')
  if (wrong !== undefined) return wrong
  const { code } = JSON.parse(text) as { code: string }
  if (code === 'unavailable') return `nothing was wrong with the server, and it says: ${text}`
  return isErrorCode(code) ? undefined : `a refusal with a code that there is not: ${text}`
}

function wrongReason(text: string, keys: readonly string[], what: string): string | undefined {
  if (INSIDES.test(text)) return `${what} tells of the server's insides: ${text.slice(0, 300)}`
  try {
    const fields = JSON.parse(text) as { [key: string]: unknown }
    const isReason = Object.keys(fields).sort().join() === keys.join() && keys.every((key) => typeof fields[key] === 'string')
    return isReason ? undefined : `${what} is no { code, message }: ${text.slice(0, 300)}`
  } catch {
    return `${what} is not JSON: ${text.slice(0, 300)}`
  }
}
