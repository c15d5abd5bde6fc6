import type { ServerEvent } from '../room/server-event.ts'

/** Tells of an event on stderr, if somebody should know. What goes well is quiet. */
export function tellTrouble(event: ServerEvent): void {
  switch (event.event) {
    case 'client-cut':
      return console.error(`client-cut in room ${event.room}: it read too slowly, with ${event.bufferedBytes} bytes waiting`)
    case 'disk-low':
      return console.error(`disk-low: ${event.freeBytes} bytes are free, so no changes are taken`)
    case 'disk-roomy':
      return console.error(`disk-roomy: ${event.freeBytes} bytes are free, and changes are taken again`)
    case 'thread-ended':
      return tellThreadEnded(event)
    case 'thread-stuck':
      return console.error(`thread-stuck in room ${event.room}: a query does not end and takes a core; restart the server`)
    case 'thread-freed':
      return console.error(`thread-freed in room ${event.room}: the query has ended`)
    default:
      if ('error' in event) console.error(`${event.event}${'room' in event ? ` in room ${event.room}` : ''}:`, event.error)
  }
}

function tellThreadEnded({ reason, rooms, mutation, error }: ServerEvent & { event: 'thread-ended' }): void {
  const of = mutation && ` at mutation ${mutation.mutationID} of client ${mutation.clientID} in room ${mutation.room}`
  const text = `thread-ended: ${reason}${of ?? ''}; its rooms: ${rooms.join(', ') || 'none'}`
  if (error === undefined) console.error(text)
  else console.error(text, error)
}
