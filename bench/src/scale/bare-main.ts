import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { answer } from '../processes/answer.ts'
import { usageAtRest } from '../processes/usage.ts'

const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })

answer('bare', { serve, usageAtRest }, close)

/** A server of WebSockets that answers nothing: the least that a connection can take. Returns where it is. */
async function serve(): Promise<string> {
  sockets.on('connection', (socket) => {
    socket.on('message', () => {})
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function close(): Promise<void> {
  for (const socket of sockets.clients) socket.terminate()
  server.close()
}
