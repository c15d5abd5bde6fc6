import type { Entrant } from './enter.ts'

/** Ours, and the floors below it: what needs no packages but ours. */
export const OWN_ENTRANTS: readonly Entrant[] = [
  {
    name: 'Savepoint',
    module: new URL('../systems/savepoint/savepoint.ts', import.meta.url).href,
    page: new URL('../../pages/clients/savepoint.html', import.meta.url).href,
  },
  {
    name: 'by hand',
    module: new URL('../systems/by-hand/by-hand.ts', import.meta.url).href,
    page: new URL('../../pages/clients/by-hand.html', import.meta.url).href,
  },
  { name: 'bare WebSocket', module: new URL('../systems/bare-socket/bare-socket.ts', import.meta.url).href },
]
