import type { Entrant } from '@savepoint-demo/bench/comparison'

/** What Zero's packages ask for. */
const ZERO_NODE_MIN = 22

/** All peers; those that cannot be run are here to be reported as such. */
export const PEERS: readonly Entrant[] = [
  {
    name: 'Replicache',
    module: new URL('./replicache/replicache.ts', import.meta.url).href,
    page: new URL('../pages/replicache.html', import.meta.url).href,
  },
  { name: 'Yjs', module: new URL('./yjs/yjs.ts', import.meta.url).href },
  { name: 'TinyBase', module: new URL('./tinybase/tinybase.ts', import.meta.url).href },
  { name: 'cr-sqlite', module: new URL('./cr-sqlite/cr-sqlite.ts', import.meta.url).href },
  { name: 'LiveStore', module: '', absent: 'LiveStore 0.4 is not written as a system for this comparison yet.' },
  { name: 'Zero', module: '', absent: whyNoZero() },
]

function whyNoZero(): string {
  const major = Number(process.versions.node.split('.')[0])
  if (major < ZERO_NODE_MIN)
    return `Zero 1.9 needs Node ${ZERO_NODE_MIN}, and all systems run on the same Node, which is ${process.version} here.`
  return 'Zero 1.9 is not written as a system for this comparison yet; it needs a PostgreSQL on this machine.'
}
