import { useSyncExternalStore } from 'react'

/** Where the page is: which view, and of which room. It is all in the address, so that it can be shared. */
export interface Place {
  readonly view: 'lab' | 'board'
  readonly room: string
}

/** `#/board/blue-otter` */
function placeOf(hash: string): Place | null {
  const [, view, room] = /^#\/(lab|board)\/([\w.-]{1,64})$/.exec(hash) ?? []
  return view === undefined || room === undefined ? null : { view: view as Place['view'], room }
}

export function linkTo({ view, room }: Place): string {
  return `#/${view}/${room}`
}

/** The place that the address names; one without a room is given one. */
export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  const place = placeOf(hash)
  if (place !== null) return place
  const fresh: Place = { view: hash.startsWith('#/board') ? 'board' : 'lab', room: newRoom() }
  history.replaceState(null, '', linkTo(fresh))
  return fresh
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

function newRoom(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const random = crypto.getRandomValues(new Uint8Array(10))
  return Array.from(random, (byte) => letters[byte % letters.length]).join('')
}
