import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createClient } from '@savepoint/client/node'
import { rowsMutators, rowsSchema } from '../apps/rows.ts'
import { untilLive } from '../clients/until-live.ts'
import { timedAsync } from '../measure/timed.ts'
import { answer } from '../processes/answer.ts'
import { usage } from '../processes/usage.ts'
import { countBytesReceived } from './bytes-received.ts'

/** What it took to get all that a room holds. */
export interface Fetched {
  readonly ms: number
  readonly bytes: number
  /** Of this process, with what it had before. */
  readonly peakRssBytes: number
  readonly startRssBytes: number
}

answer('bootstrap', { bootstrap, read, save }, async () => {})

/** An empty client, from nothing to the first query on all rows. */
async function bootstrap({
  url,
  room,
  directory,
  rows,
}: {
  url: string
  room: string
  directory?: string
  rows: number
}): Promise<Fetched> {
  return await measured(async () => {
    const client = await createClient({
      schema: rowsSchema,
      mutators: rowsMutators,
      url,
      room,
      ...(directory === undefined ? {} : { directory }),
    })
    await untilLive(client)
    const [last] = await client.query<{ id: number }>('SELECT max(id) AS id FROM things')
    if (last?.id !== rows) throw new Error(`The client has ${last?.id} rows of ${rows}.`)
  })
}

/** All bytes of a URL, held in memory: what any client has to do at least. */
async function read({ url }: { url: string }): Promise<Fetched> {
  return await measured(async () => {
    const response = await fetch(url)
    if (!response.ok) throw new Error(await response.text())
    await response.arrayBuffer()
  })
}

/** The room's file as it is, into a file. */
async function save({ url, path }: { url: string; path: string }): Promise<void> {
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
  if (!response.ok || response.body === null) throw new Error(await response.text())
  await pipeline(Readable.fromWeb(response.body as import('node:stream/web').ReadableStream), createWriteStream(path))
}

async function measured(work: () => Promise<void>): Promise<Fetched> {
  const received = countBytesReceived()
  const startRssBytes = usage().rssBytes
  const ms = await timedAsync(work)
  return { ms, bytes: received(), peakRssBytes: usage().peakRssBytes, startRssBytes }
}
