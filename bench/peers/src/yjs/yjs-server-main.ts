import type { AddressInfo } from 'node:net'
import { answer, type HubOptions, usageAtRest } from '@savepoint-demo/bench/comparison'
import { WebSocketServer } from 'ws'
import { getYDoc, setupWSConnection } from 'y-websocket/bin/utils'
import { makeThing } from '../contents.ts'

let close = () => {}

answer('yjs-server', { serve, usageAtRest }, async () => close())

async function serve({ counters = 0, things = 0 }: HubOptions): Promise<string> {
  const doc = getYDoc('bench')
  doc.transact(() => {
    for (let i = 1; i <= counters; i++) doc.getMap('counters').set(`counter-${i}`, 0)
    for (let i = 1; i <= things; i++) doc.getMap('things').set(String(i), makeThing(i))
  })
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  server.on('connection', setupWSConnection)
  close = () => server.close()
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}
