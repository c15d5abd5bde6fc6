import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { answer, type HubOptions, usageAtRest } from '@savepoint-demo/bench/comparison'
import { type WebSocket, WebSocketServer } from 'ws'
import { makeThing } from '../contents.ts'
import { EventLog } from './event-log.ts'
import type { SentEvent, ToHub } from './messages.ts'

let close = () => {}

answer('livestore-server', { serve, usageAtRest }, async () => close())

async function serve({ directory, counters = 0, things = 0 }: HubOptions): Promise<string> {
  const log = new EventLog(join(directory, 'events.db'))
  log.append(inOrder(firstEvents(counters, things)))
  /** Those who have all events, and are sent each new one. */
  const live = new Set<WebSocket>()
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ToHub
      if ('follow' in message) void follow(log, live, socket, message.follow)
      else push(log, live, socket, message)
    })
    socket.on('close', () => live.delete(socket))
  })
  close = () => {
    server.close()
    log.close()
  }
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function follow(log: EventLog, live: Set<WebSocket>, socket: WebSocket, since: number): Promise<void> {
  let at = since
  do {
    const page = log.after(at)
    await new Promise((resolve) => socket.send(page.json, resolve))
    at = page.at
  } while (at < log.head && socket.readyState === socket.OPEN)
  if (socket.readyState === socket.OPEN) live.add(socket)
}

function push(log: EventLog, live: Set<WebSocket>, socket: WebSocket, { push: events, id }: Extract<ToHub, { push: unknown }>): void {
  if (!log.append(events)) {
    socket.send(JSON.stringify({ pushed: id, head: log.head }))
    return
  }
  const text = JSON.stringify({ events, remaining: 0 })
  for (const other of live) other.send(text)
  socket.send(JSON.stringify({ pushed: id }))
}

type Unordered = Pick<SentEvent, 'name' | 'args'>

/** Counters come into being all at once, a thing by an event of its own. */
function* firstEvents(counters: number, things: number): Iterable<Unordered> {
  if (counters > 0) yield { name: 'filled', args: { to: counters } }
  for (let id = 1; id <= things; id++) yield { name: 'written', args: makeThing(id) }
}

function* inOrder(events: Iterable<Unordered>): Iterable<SentEvent> {
  let at = 0
  for (const event of events) yield { ...event, seqNum: at + 1, parentSeqNum: at++, clientId: 'hub', sessionId: 'hub' } as SentEvent
}
