/** An operation as OpenAPI 3.1 describes it. */
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly object[]
  readonly requestBody?: object
  readonly responses: { readonly [status: string]: object }
}

/** One door of a room: what it answers, and its description, side by side. The router and the OpenAPI page are made of these. */
export interface Door {
  readonly method: 'get' | 'put' | 'post'
  /** What follows `/rooms/{room}`. */
  readonly path: '' | `/${string}`
  readonly operation: Operation
  /** Bytes that the request's body may have; it must have none if this is left out. */
  readonly bodyBytesMax?: number
  /**
   * @param address from where the request comes, if that is known
   * @throws (rejects) SavepointError, which is answered as `{ code, message }`.
   */
  answer(request: Request, room: string, address?: string): Promise<Response>
}
