import { isErrorCode, SavepointError } from '@savepoint/core'

/** Why a request was refused, in the server's own words where there are any; a proxy in between may have others. */
export async function readRefusal(what: string, response: Response): Promise<Error> {
  const body = await response.text()
  try {
    const { code, message } = JSON.parse(body) as { code?: unknown; message?: unknown }
    if (isErrorCode(code) && typeof message === 'string') return new SavepointError(code, message)
  } catch {}
  return new Error(`${what} was refused with status ${response.status}: ${body.slice(0, 200)}`)
}
