import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Serves one file to whoever asks, and nothing else. */
export async function serveFile(path: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => {
    // A page may ask that comes from elsewhere.
    response.writeHead(200, { 'content-length': statSync(path).size, 'access-control-allow-origin': '*' })
    createReadStream(path).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() }
}
