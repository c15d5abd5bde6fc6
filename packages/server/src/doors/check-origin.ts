/** Origins whose pages may come, besides the server's own; or all of them. */
export type Origins = readonly string[] | '*'

/**
 * True if who asks is no page of a browser, or one whose origin may. By default that is the server's own origin alone: a browser
 * sends cookies with whatever page asks, so any page could else act as whoever has it open. The scheme is not compared, as a
 * proxy may have taken the TLS off.
 */
export function mayOrigin(request: Request, origins: Origins = []): boolean {
  const origin = request.headers.get('origin')
  if (origin === null || origins === '*' || origins.includes(origin)) return true
  return hostOf(origin) === (request.headers.get('host') ?? new URL(request.url).host)
}

export const FOREIGN_ORIGIN = {
  code: 'foreign-origin',
  message: 'Pages of this origin may not come in here. Nothing was done; name it among the origins of the server.',
}

/** Null for pages without an address, such as sandboxed frames. */
function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host
  } catch {
    return null
  }
}
