/**
 * What a request says, in little memory: a line is asked about again for as long as it lasts, which may be days, and a request
 * weighs more than all else that is kept for it.
 */
export class KeptRequest {
  readonly #url: string
  readonly #method: string
  /** A name and a value in turn, a line each: neither can hold a break. */
  readonly #headers: string

  constructor(request: Request) {
    this.#url = request.url
    this.#method = request.method
    this.#headers = [...request.headers].flat().join('\n')
  }

  /** It, made anew. */
  again(): Request {
    const lines = this.#headers === '' ? [] : this.#headers.split('\n')
    const headers = new Headers()
    for (let at = 0; at < lines.length; at += 2) headers.append(lines[at] as string, lines[at + 1] as string)
    return new Request(this.#url, { method: this.#method, headers })
  }
}
