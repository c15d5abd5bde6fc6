/** Who somebody is to the server, by what `authOf` says of them: all whom the app does not name are one, the empty text. */
export function identityOf(auth: unknown): unknown {
  return (auth as { readonly identity?: unknown } | null | undefined)?.identity ?? ''
}
