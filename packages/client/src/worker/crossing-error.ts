/** What of an error crosses between a worker and a page. */
export interface CrossingError {
  readonly name: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
}

export function packError(error: unknown): CrossingError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    message: error.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(error.stack !== undefined && { stack: error.stack }),
  }
}

/** An error with the name, message and code that it had on the other side. */
export function unpackError({ name, message, code, stack }: CrossingError): Error {
  const error = name === 'TypeError' ? new TypeError(message) : new Error(message)
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true })
  if (stack !== undefined) error.stack = stack
  return code === undefined ? error : Object.assign(error, { code })
}
