import type { AddressInfo } from 'node:net'
import { answer, type HubOptions, usageAtRest } from '@savepoint-demo/bench/comparison'
import type { DB } from '@vlcn.io/crsqlite-wasm'
import { type WebSocket, WebSocketServer } from 'ws'
import { makeThing } from '../contents.ts'
import { changesOf, type Message, merge, openDatabase, versionOf } from './open-database.ts'

const ROWS_A_TRANSACTION = 2000
const VERSIONS_A_MESSAGE = 20

let close = () => {}

answer('cr-sqlite-server', { serve, usageAtRest }, async () => close())

async function serve({ counters = 0, things = 0 }: HubOptions): Promise<string> {
  const database = await openDatabase()
  await fill(database, 'INSERT INTO counters VALUES (?, 0)', counters, (i) => [`counter-${i}`])
  await fill(database, 'INSERT INTO things VALUES (?, ?, ?, ?, ?, ?)', things, (i) => Object.values(makeThing(i)))
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  // Who has said hello, and gets what others make from then on.
  const followers = new Set<WebSocket>()
  const take = async (socket: WebSocket, message: Message) => {
    if (message.type === 'hello') {
      await sendAll(database, socket)
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

/** Puts in rows, some thousands a transaction, so that no version is too large for a message. */
async function fill(database: DB, sql: string, rows: number, valuesOf: (i: number) => unknown[]): Promise<void> {
  for (let from = 1; from <= rows; from += ROWS_A_TRANSACTION) {
    await database.tx(async (tx) => {
      const insert = await tx.prepare(sql)
      for (let i = from; i <= Math.min(rows, from + ROWS_A_TRANSACTION - 1); i++) await insert.run(tx, ...valuesOf(i))
      await insert.finalize(tx)
    })
  }
}

/** All that the hub has, in messages of some versions each. */
async function sendAll(database: DB, socket: WebSocket): Promise<void> {
  const last = await versionOf(database)
  for (let from = 1; from <= last; from += VERSIONS_A_MESSAGE) {
    const to = from + VERSIONS_A_MESSAGE - 1
    const changes = await changesOf(database, from, to)
    socket.send(JSON.stringify({ type: 'changes', changes, more: to < last } satisfies Message))
  }
}
