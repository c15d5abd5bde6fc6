import type { SavepointClient } from '@savepoint/client'
import { createClient } from '@savepoint/client/browser'
import type { mutators } from '@savepoint-demo/mutators'
import { findServer } from '../shell/server.ts'

type BoardClient = SavepointClient<(typeof mutators)['definitions']>

let current: { readonly room: string; readonly client: Promise<BoardClient> } | undefined

/** The client of a room, the same at each call. It stays open while the page does, or until another room is asked for. */
export function openBoard(room: string): Promise<BoardClient> {
  if (current?.room === room) return current.client
  // Whether the one before could be opened at all is told where it was shown.
  current?.client.then((client) => client.close()).catch(() => {})
  const client = open(room)
  current = { room, client }
  return client
}

async function open(room: string): Promise<BoardClient> {
  const server = await findServer()
  return await createClient<typeof mutators>({
    worker: () => new Worker(new URL('./replica.worker.ts', import.meta.url), { type: 'module' }),
    ...server,
    room,
    ...replicaName(server.url, room),
  })
}

/** A page with `?device=2` in its address is a device of its own, with its own replica, though it is in the same browser. */
function replicaName(url: string, room: string): { readonly name?: string } {
  const device = new URLSearchParams(location.search).get('device')
  return device === null ? {} : { name: `${url} ${room} ${device}` }
}
