import { type PullerResultV1, type PullResponseV1, type ReadTransaction, Replicache, type WriteTransaction } from 'replicache'
import { counterKey, thingKey } from './keys.ts'

/** Counters by name; the least that a mutator can do. */
const mutators = {
  async add(tx: WriteTransaction, { name, by }: { name: string; by: number }) {
    const key = counterKey(name)
    const count = (await tx.get<number>(key)) ?? 0
    await tx.set(key, count + by)
  },
}

export interface OpenedReplicache {
  readonly replicache: Replicache<typeof mutators>
}

/** What a client keeps its data in. */
export type Storage = 'mem' | 'idb'

interface OpenOptions {
  readonly url: string
  readonly storage: Storage
  /** Clients of one name share what they store, so each has a name of its own. */
  readonly name: string
  /** What a pull has brought passes through here, as text; it is read when this resolves. */
  readonly arrived?: (text: string) => Promise<void> | void
  /** Told of each answer, before it is applied. */
  readonly answered?: (response: PullResponseV1) => void
}

/** A client that pushes at once and never pulls by itself. */
export function openReplicache({ url, storage, name, arrived, answered }: OpenOptions): OpenedReplicache {
  const replicache = new Replicache({
    name,
    kvStore: storage,
    mutators,
    logLevel: 'error',
    pushDelay: 0,
    pullInterval: null,
    requestOptions: { minDelayMs: 0 },
    pusher: async (request) => {
      const response = await post(`${url}/push`, request)
      return { httpRequestInfo: { httpStatusCode: response.status, errorMessage: '' } }
    },
    puller: async (request): Promise<PullerResultV1> => {
      const response = await post(`${url}/pull`, request)
      const text = await response.text()
      await arrived?.(text)
      const answer = JSON.parse(text) as PullResponseV1
      answered?.(answer)
      return { response: answer, httpRequestInfo: { httpStatusCode: response.status, errorMessage: '' } }
    },
  })
  return { replicache }
}

/** An empty client, from nothing until a query has seen all things. */
export async function bootstrapReplicache(url: string, storage: Storage, things: number): Promise<OpenedReplicache['replicache']> {
  const { replicache } = openReplicache({ url, storage, name: 'bootstrap' })
  await until(replicache, async (tx) => await tx.has(thingKey(things)))
  const found = await replicache.query(async (tx) => (await tx.scan({ prefix: thingKey() }).toArray()).length)
  if (found !== things) throw new Error(`The client has ${found} rows of ${things}.`)
  return replicache
}

/** Resolves when the condition holds, as a subscription tells. */
export function until(replicache: Replicache<typeof mutators>, condition: (tx: ReadTransaction) => Promise<boolean>): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = replicache.subscribe(condition, {
      onData: (holds) => {
        if (!holds) return
        queueMicrotask(() => end())
        resolve()
      },
      onError: reject,
    })
  })
}

async function post(url: string, body: unknown): Promise<Response> {
  return await fetch(url, { method: 'POST', body: JSON.stringify(body) })
}
