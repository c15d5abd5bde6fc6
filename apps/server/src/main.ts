import { type RunningServer, startServer } from '@savepoint/server/node'
import { mutators, schema } from '@savepoint-demo/mutators'
import { printTo, threeClients } from '@savepoint-demo/simulations'

const { PORT = '8787', HOST = '127.0.0.1', DATA = './data' } = process.env

async function start(): Promise<RunningServer> {
  const port = Number(PORT)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is to be a number from 0 to 65535, not '${PORT}'.`)
  try {
    return await startServer({ schema, mutators, directory: DATA, port, hostname: HOST })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(`Port ${port} on ${HOST} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`)
  }
}

/** Shows what the server does, in a room of its own for each start, so that rows of earlier starts do not count. */
async function show(url: string, signal: AbortSignal): Promise<void> {
  const room = `demo-${new Date().toISOString().replace(/[-:]|\..*/g, '')}`
  console.log(`Three clients join room ${room}. Latency is 3,000 ms for client1, 300 ms for client2; client3 only watches.\n`)
  const { converged, digests, problems } = await threeClients({ url, room, speed: 1, print: printTo(process.stdout), signal })
  if (converged) console.log(`\nAll have ended with (1, 'Food', 1) and digest ${digests[0]}. The server stays up; Ctrl+C stops it.`)
  else console.error(`\nThey have not converged:\n${problems.join('\n')}`)
}

async function main(): Promise<void> {
  const server = await start()
  const stopping = new AbortController()
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve())
    // A second signal ends the process at once, as it would without us.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  })
  try {
    const url = `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${server.port}`
    console.log(`Savepoint's demo server is at ${url}; its rooms are files in ${DATA}.`)
    await show(url, stopping.signal).catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error
    })
    await stopped
  } finally {
    await server.close()
  }
  console.log('Closed.')
}

try {
  await main()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
