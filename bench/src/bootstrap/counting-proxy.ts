import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands before a server on this machine, and counts what goes through to those who ask. */
interface CountingProxy {
  /** To be used in the place of the server's. */
  readonly url: string
  /** Bytes that came from the server so far, as they are on the wire. */
  received(): number
  close(): void
}

/** For clients whose sockets are another program's. */
export async function openCountingProxy(url: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let bytes = 0
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname)
    server.on('data', (data) => {
      bytes += data.length
    })
    for (const [from, to] of [[client, server] as const, [server, client] as const]) {
      sockets.add(from)
      // A browser that ends leaves its connections as they are.
      from.on('error', () => to.destroy())
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, hostname, resolve))
  const own = new URL(url)
  own.port = String((proxy.address() as AddressInfo).port)
  return {
    url: own.href.replace(/\/$/, ''),
    received: () => bytes,
    close() {
      proxy.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
