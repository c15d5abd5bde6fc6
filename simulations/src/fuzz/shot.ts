/** One request, or one frame. */
export interface Part {
  readonly bytes: Buffer
  /** It may end the connection, or leave the server waiting for more: nothing comes after it. */
  readonly breaks: boolean
  /** Of a request. */
  readonly method?: string
  /** What the frame says, if it is a hello as it should be: nothing else is sent before it is answered. */
  readonly hello?: object
}

/** What is sent on one connection. */
export interface Shot {
  /** `socket`: the parts are frames, after an upgrade; `http`: they are requests. */
  readonly door: 'http' | 'socket'
  readonly parts: readonly Part[]
}

/** A shot that went wrong, as it is kept. */
export interface ShotCase {
  readonly door: Shot['door']
  readonly parts: readonly { readonly latin1: string; readonly breaks: boolean; readonly method?: string; readonly hello?: object }[]
  readonly wrong: string
}

export function encodeCase({ door, parts }: Shot, wrong: string): ShotCase {
  return { door, parts: parts.map(({ bytes, ...rest }) => ({ latin1: bytes.toString('latin1'), ...rest })), wrong }
}

export function decodeCase({ door, parts }: ShotCase): Shot {
  return { door, parts: parts.map(({ latin1, ...rest }) => ({ bytes: Buffer.from(latin1, 'latin1'), ...rest })) }
}
