import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** Counts what all sockets that this process opens from now on receive, as it is on the wire. */
export function countBytesReceived(): () => number {
  const sockets: Socket[] = []
  subscribe('net.client.socket', (message) => void sockets.push((message as { socket: Socket }).socket))
  return () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0)
}
