import type { SavepointClient } from '@savepoint/client'
import { createClient, type WorkerClientOptions } from '@savepoint/client/browser'
import type { countersMutators } from '../src/apps/counters.ts'

type CountersClient = SavepointClient<(typeof countersMutators)['definitions']>

type Options = Pick<WorkerClientOptions, 'url' | 'room' | 'name' | 'autoStart'>

/** A client whose replica is in a worker, on the origin's files. */
export async function openCounters(options: Options): Promise<{ readonly client: CountersClient; readonly worker: Worker }> {
  let worker: Worker | undefined
  const client = await createClient<typeof countersMutators>({
    ...options,
    storage: 'disk',
    worker: () => {
      worker = new Worker(new URL('./counters.worker.ts', import.meta.url), { type: 'module' })
      return worker
    },
  })
  if (worker === undefined) throw new Error('The client was opened without a worker.')
  return { client, worker }
}
