import type { AddressInfo } from 'node:net'
import { answer, type HubOptions, usageAtRest } from '@savepoint-demo/bench/comparison'
import { type WebSocket, WebSocketServer } from 'ws'
import { makeThing } from '../contents.ts'
import { changesSince, type Message, merge, openDatabase } from './open-database.ts'

let close = () => {}

answer('cr-sqlite-server', { serve, usageAtRest }, async () => close())

async function serve({ counters = 0, things = 0 }: HubOptions): Promise<string> {
  const database = await openDatabase()
  await database.tx(async (tx) => {
    const counter = await tx.prepare('INSERT INTO counters VALUES (?, 0)')
    for (let i = 1; i <= counters; i++) await counter.run(tx, `counter-${i}`)
    const thing = await tx.prepare('INSERT INTO things VALUES (?, ?, ?, ?, ?, ?)')
    for (let i = 1; i <= things; i++) await thing.run(tx, ...Object.values(makeThing(i)))
  })
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  // Who has said hello, and gets what others make from then on.
  const followers = new Set<WebSocket>()
  const take = async (socket: WebSocket, message: Message) => {
    if (message.type === 'hello') {
      socket.send(JSON.stringify({ type: 'changes', changes: await changesSince(database, 0, false) } satisfies Message))
      followers.add(socket)
    } else if (message.type === 'changes') {
      await merge(database, message.changes)
      if (message.id !== undefined) socket.send(JSON.stringify({ type: 'taken', id: message.id } satisfies Message))
      const forwarded = JSON.stringify({ type: 'changes', changes: message.changes } satisfies Message)
      for (const other of followers) if (other !== socket) other.send(forwarded)
    }
  }
  let turn = Promise.resolve()
  server.on('connection', (socket) => {
    socket.on('close', () => followers.delete(socket))
    socket.on('message', (data) => {
      turn = turn.then(() => take(socket, JSON.parse(String(data)) as Message))
    })
  })
  close = () => server.close()
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}
