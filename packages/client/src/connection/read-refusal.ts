import { isErrorCode, SavepointError } from '@savepoint/core'

/** Why a request was refused, in the server's own words where there are any; a proxy in between may have others. */
export async function readRefusal(
  what: string,
  response: Pick<Response, 'status' | 'text'> & { readonly headers: Pick<Headers, 'get'> },
): Promise<Error> {
  const body = await response.text()
  try {
    const { code, message } = JSON.parse(body) as { code?: unknown; message?: unknown }
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
    const options = Number.isSafeInteger(wait) && wait >= 0 ? { retryAfterMs: wait * 1000 } : {}
    if (isErrorCode(code) && typeof message === 'string') return new SavepointError(code, message, options)
  } catch {}
  return new Error(`${what} was refused with status ${response.status}: ${body.slice(0, 200)}`)
}
