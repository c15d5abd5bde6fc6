import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { answer, type HubOptions, usageAtRest } from '@savepoint-demo/bench/comparison'
import type { PullRequestV1, PushRequestV1 } from 'replicache'
import { WebSocketServer } from 'ws'
import { makeThing } from '../contents.ts'
import { readJson } from '../read-json.ts'
import { counterKey, thingKey } from './keys.ts'
import { Space } from './space.ts'

let close = () => {}

answer('replicache-server', { serve, usageAtRest }, async () => close())

async function serve({ directory, counters = 0, things = 0 }: HubOptions): Promise<string> {
  const space = new Space(join(directory, 'space.db'))
  space.fill(function* () {
    for (let i = 1; i <= counters; i++) yield [counterKey(`counter-${i}`), 0]
    for (let i = 1; i <= things; i++) yield [thingKey(i), makeThing(i)]
  })
  const server = createServer((request, response) => {
    // Pages are served from another port.
    response.setHeader('access-control-allow-origin', '*')
    void readJson(request).then((body) => {
      if (request.url === '/push') {
        space.push(body as PushRequestV1)
        response.end('{}')
        for (const socket of sockets.clients) socket.send('poke')
      } else {
        response.setHeader('content-type', 'application/json')
        response.end(space.pull(body as PullRequestV1))
      }
    })
  })
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  close = () => {
    sockets.close()
    server.close()
    space.close()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
