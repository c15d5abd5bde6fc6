import { expect, onTestFinished } from 'vitest'
import { type RunningServer, type StartServerOptions, startServer } from '../node.ts'
import type { ServerEvent } from '../room/server-event.ts'
import { Line } from './line.ts'
import { shopMutators, shopSchema } from './shop.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { TestClient } from './test-client.ts'

type Options = Partial<StartServerOptions<(typeof shopMutators)['definitions']>>

/** A whole server on a directory and a port of its own, closed with the test. */
export async function start(options: Options = {}): Promise<RunningServer & { directory: string; events: ServerEvent[] }> {
  const [directory, events] = [options.directory ?? temporaryDirectory(), [] as ServerEvent[]]
  const server = await startServer({
    schema: shopSchema,
    mutators: shopMutators,
    directory,
    port: 0,
    onEvent: (event) => events.push(event),
    ...options,
  })
  onTestFinished(() => server.close())
  return { ...server, directory, events }
}

export function dial(server: Pick<RunningServer, 'url'>, room = 'shop', headers = {}): Promise<Line> {
  return Line.dial(`${server.url.replace('http', 'ws')}/rooms/${room}/socket`, headers)
}

export function dialHttp(server: Pick<RunningServer, 'url'>, room = 'shop', headers = {}): Promise<Line> {
  return Line.dialHttp(`${server.url}/rooms/${room}/line`, headers)
}

export interface Fetched {
  readonly response: Response
  readonly bytes: Uint8Array
  readonly epoch: string
  readonly version: number
}

export async function fetchSnapshot(server: Pick<RunningServer, 'url'>, headers: { [name: string]: string } = {}): Promise<Fetched> {
  const response = await fetch(`${server.url}/rooms/shop/snapshot`, { headers })
  const bytes = new Uint8Array(await response.arrayBuffer())
  return {
    response,
    bytes,
    epoch: response.headers.get('savepoint-epoch') ?? '',
    version: Number(response.headers.get('savepoint-version')),
  }
}

/** Comes as a new client does: is told to fetch a snapshot, fetches it, and says hello with it. */
export async function join(server: Pick<RunningServer, 'url'>, clientID?: string, headers = {}, dialled = dial): Promise<TestClient> {
  const client = new TestClient(await dialled(server, 'shop', headers), clientID)
  expect(await client.greet()).toMatchObject({ next: 'snapshot' })
  const { bytes, epoch, version } = await fetchSnapshot(server, headers)
  client.adopt(bytes, { epoch, version })
  expect(await client.greet()).toMatchObject({ next: 'poke' })
  return client
}
