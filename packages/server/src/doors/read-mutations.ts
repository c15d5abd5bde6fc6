import { decodeClientFrame, encodeFrame, PUSH_MUTATIONS_MAX, type PushedMutation, SavepointError, type SchemaID } from '@savepoint/core'

/** What was posted, as a client would say it. */
interface PostedMutations {
  readonly clientID: string
  readonly schema: SchemaID | undefined
  readonly confirmed: number
  readonly mutations: readonly PushedMutation[]
}

interface Body {
  readonly clientID: string
  readonly schema?: SchemaID
  readonly confirmed?: number
  readonly mutations: readonly Posted[]
}

interface Posted {
  readonly mutationID: number
  readonly name: string
  /** Plain JSON; with `meta`, as superjson has it. */
  readonly args?: unknown
  readonly meta?: unknown
  readonly createdAt?: number
  readonly seed?: string
}

/**
 * Reads the body of a POST of mutations. What is left out is filled in so that the same body gives the same mutations.
 *
 * @param now milliseconds since 1970, for mutations that do not say when they were called
 * @throws (rejects) SavepointError `bad-message` or `frame-too-large`
 */
export async function readMutations(text: string, now: number): Promise<PostedMutations> {
  const { clientID, schema, confirmed, mutations: posted } = parse(text)
  const mutations: PushedMutation[] = []
  for (const one of posted) {
    const { mutationID, name, args, meta, createdAt = now } = one
    const encoded = args === undefined ? '' : JSON.stringify({ json: args, ...(meta !== undefined && { meta }) })
    mutations.push({ mutationID, name, args: encoded, createdAt, seed: one.seed ?? (await seedOf(clientID, one)) })
  }
  // Who goes on to 5 has what became of 1 to 4.
  const known = confirmed ?? (posted[0]?.mutationID ?? 1) - 1
  const push = decodeClientFrame(encodeFrame({ type: 'push', mutations, confirmed: known }))
  if (push.type !== 'push' || posted.some(({ mutationID }) => mutationID <= known))
    throw malformed('confirmed must be less than every mutationID')
  return { clientID, schema, confirmed: known, mutations }
}

function parse(text: string): Body {
  let body: Partial<Body> | null
  try {
    body = JSON.parse(text)
  } catch (cause) {
    throw malformed('it is not JSON', cause)
  }
  const count = typeof body === 'object' && body !== null && Array.isArray(body.mutations) ? body.mutations.length : 0
  // Each costs work before it is known who asks.
  if (count === 0 || count > PUSH_MUTATIONS_MAX)
    throw malformed(`mutations must be a list of at least one, and at most ${PUSH_MUTATIONS_MAX}`)
  if (typeof body?.clientID !== 'string') throw malformed('clientID must be a text')
  if (body.schema !== undefined && !isObject(body.schema)) throw malformed('schema must be an object')
  for (const one of body.mutations as unknown[]) if (!isObject(one)) throw malformed('each mutation must be an object')
  return body as Body
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/**
 * A seed names its mutation: the same call posted again has the same one, and another call under its mutationID is told from it.
 * It is as hard to guess as the clientID.
 */
async function seedOf(clientID: string, { mutationID, name, args, meta }: Posted): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([clientID, mutationID, name, args, meta]))
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return btoa(String.fromCharCode(...hash))
}

function malformed(why: string, cause?: unknown): SavepointError {
  return new SavepointError('bad-message', `The mutations were refused and have had no effect: ${why}.`, { cause })
}
