import type { HookClient } from './hook-client.ts'

/** How far a client is. `absent`: none was given, as on a server. */
export type OpenState =
  | { readonly status: 'open'; readonly client: HookClient }
  | { readonly status: 'opening'; readonly promise: Promise<void> }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'absent' }

/** A client on its way, as a store: `state` is the same object until it changes. */
interface Opening {
  readonly state: OpenState
  subscribe(listener: () => void): () => void
}

const known = new WeakMap<object, Opening>()
const ABSENT: Opening = { state: { status: 'absent' }, subscribe: () => () => {} }

/** The same for the same client or promise, so that it may be asked at each render. */
export function openingOf(client: HookClient | PromiseLike<HookClient> | null | undefined): Opening {
  if (client == null) return ABSENT
  const opening = known.get(client) ?? ('then' in client ? awaited(client) : { ...ABSENT, state: { status: 'open', client } })
  known.set(client, opening)
  return opening
}

function awaited(coming: PromiseLike<HookClient>): Opening {
  const listeners = new Set<() => void>()
  const settle = (next: OpenState) => {
    state = next
    for (const listener of [...listeners]) listener()
  }
  const promise = Promise.resolve(
    coming.then(
      (client) => settle({ status: 'open', client }),
      (error) => settle({ status: 'failed', error }),
    ),
  )
  let state: OpenState = { status: 'opening', promise }
  return {
    get state() {
      return state
    },
    subscribe(listener) {
      const entry = () => listener()
      listeners.add(entry)
      return () => listeners.delete(entry)
    },
  }
}
