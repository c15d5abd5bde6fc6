import { createClient } from '@savepoint/client/browser'
import { loadWaSqlite } from '@savepoint/client/browser-storage'
import { COUNTERS_SQL, countersMutators, countersSchema } from '../src/apps/counters.ts'
import { sayReady } from '../src/browser/ready.ts'
import { untilLive } from '../src/clients/until-live.ts'
import { byHandIncrementer } from '../src/local/by-hand-incrementer.ts'
import { type Incrementer, type Increments, increment, type Pace } from '../src/local/incrementer.ts'
import { savepointIncrementer } from '../src/local/savepoint-incrementer.ts'
import { ByHandWorker } from './by-hand.ts'
import { openCounters } from './counters-client.ts'

/** Where the engine is, and whether a client is connected while it is measured. */
export type Place = 'in place' | 'worker' | 'worker, online'

/** What one run of the page is about. */
export interface LocalRun {
  readonly place: Place
  readonly who: 'savepoint' | 'byHand'
  readonly pace: Pace
  readonly increments: number
  /** Where a client finds the server, and what it calls its replica, and its room. */
  readonly url: string
  readonly name: string
}

/** Increments on a new replica. */
async function run({ pace, increments, ...open }: LocalRun): Promise<Increments> {
  const incrementer = await openIncrementer(open)
  try {
    return await increment(incrementer, pace, increments)
  } finally {
    await incrementer.close()
  }
}

async function openIncrementer({ place, who, url, name }: Pick<LocalRun, 'place' | 'who' | 'url' | 'name'>): Promise<Incrementer> {
  if (who === 'byHand') return place === 'in place' ? byHandIncrementer(await loadWaSqlite()) : await byHandInWorker(name)
  if (place === 'in place') {
    const inPlace = { schema: countersSchema, mutators: countersMutators, storage: 'memory', autoStart: false } as const
    return savepointIncrementer(await createClient({ ...inPlace, url, room: name }))
  }
  const isOnline = place === 'worker, online'
  const { client } = await openCounters({ url, room: name, name, autoStart: isOnline })
  if (isOnline) await untilLive(client)
  return savepointIncrementer(client)
}

/** All that is to be added until a count is asked for goes with the question: one message there, one back. */
async function byHandInWorker(name: string): Promise<Incrementer> {
  const worker = new ByHandWorker()
  await worker.do('open', { name: `by-hand-${name}`, sql: COUNTERS_SQL })
  await worker.do('begin')
  let add: string[] = []
  return {
    add: (counter) => void add.push(counter),
    count(of) {
      const added = add
      add = []
      return worker.do('count', { add: added, of })
    },
    close: () => worker.end(),
  }
}

/** Milliseconds that each of so many bare messages takes to a worker and back. */
async function echo(count: number): Promise<number[]> {
  const worker = new ByHandWorker()
  await worker.do('echo', null)
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const sent = performance.now()
    await worker.do('echo', { name: 'counter-1', by: 1 })
    times.push(performance.now() - sent)
  }
  worker.terminate()
  return times
}

declare global {
  var local: { run: typeof run; echo: typeof echo }
}
globalThis.local = { run, echo }
sayReady()
