import type { Entrant } from '@savepoint-demo/bench/comparison'
import { whyNoZero } from './zero/why-no-zero.ts'

const absent = whyNoZero()

/** All peers; one that cannot be run is here to be reported as such. */
export const PEERS: readonly Entrant[] = [
  {
    name: 'Replicache',
    module: new URL('./replicache/replicache.ts', import.meta.url).href,
    page: new URL('../pages/replicache.html', import.meta.url).href,
  },
  { name: 'Yjs', module: new URL('./yjs/yjs.ts', import.meta.url).href },
  { name: 'TinyBase', module: new URL('./tinybase/tinybase.ts', import.meta.url).href },
  { name: 'cr-sqlite', module: new URL('./cr-sqlite/cr-sqlite.ts', import.meta.url).href },
  { name: 'LiveStore', module: new URL('./livestore/livestore.ts', import.meta.url).href },
  { name: 'Zero', module: new URL('./zero/zero.ts', import.meta.url).href, ...(absent === undefined ? {} : { absent }) },
]
