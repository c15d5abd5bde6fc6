/** Server → client, in answer to a ping. */
export interface Pong {
  readonly type: 'pong'
}
