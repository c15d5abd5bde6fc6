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
