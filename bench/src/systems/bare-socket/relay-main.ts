import { type WebSocket, WebSocketServer } from 'ws'
import { answer } from '../../processes/answer.ts'
import { usage, usageAtRest } from '../../processes/usage.ts'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
const listening = new Promise((resolve) => server.once('listening', resolve))

answer('relay', { serve, usage, usageAtRest }, async () => void server.close())

async function serve(): Promise<string> {
  server.on('connection', (socket: WebSocket) => {
    socket.on('message', (data, isBinary) => {
      for (const client of server.clients) client.send(data, { binary: isBinary })
    })
  })
  await listening
  return `ws://127.0.0.1:${(server.address() as { port: number }).port}`
}
