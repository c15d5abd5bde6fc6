import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A proxy as there are some: it lets HTTP through, and WebSockets not. It answers these with a status, or says nothing at all.
 * Gives its address, and what ends it.
 */
export async function noSockets(target: number, how: 'refused' | 'unanswered'): Promise<{ url: string; close(): Promise<void> }> {
  const open = new Set<Socket>()
  const proxy = createServer((client) => {
    open.add(client)
    client.on('error', () => {})
    client.once('close', () => open.delete(client))
    client.once('data', (head) => {
      if (!/^upgrade: websocket\r$/im.test(head.toString('latin1'))) {
        const server = connect(target, 'localhost')
        server.on('error', () => client.destroy())
        client.once('close', () => server.destroy())
        server.write(head)
        client.pipe(server).pipe(client)
      } else if (how === 'refused') client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, resolve))
  return {
    url: `http://localhost:${(proxy.address() as AddressInfo).port}`,
    async close() {
      for (const client of open) client.destroy()
      await new Promise<void>((resolve) => proxy.close(() => resolve()))
    },
  }
}
