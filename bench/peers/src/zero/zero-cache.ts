import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { nodeForZero } from './node-for-zero.ts'

/** How often it is asked whether it serves. */
const LOOK_EVERY_MS = 50

const CLI = fileURLToPath(new URL('../../node_modules/@rocicorp/zero/out/zero/src/cli.js', import.meta.url))

interface CacheOptions {
  /** For its replica. */
  readonly directory: string
  readonly postgresUrl: string
  readonly apiUrl: string
}

/** A zero-cache that has been started, and has to be stopped, whether it serves already or not. */
interface ZeroCache {
  readonly url: string
  /** Resolves when it has its replica and serves. */
  ready(): Promise<void>
  stop(): Promise<void>
}

/** Starts zero-cache, as it comes but for telemetry, on a Node that it runs on. */
export async function startZeroCache({ directory, postgresUrl, apiUrl }: CacheOptions): Promise<ZeroCache> {
  const node = nodeForZero()
  if (node === undefined) throw new Error('There is no Node that zero-cache runs on.')
  const [port, changeStreamerPort] = [await freePort(), await freePort()]
  const cache = spawn(node, [CLI], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      // It starts others by the name "node".
      PATH: `${dirname(node)}:${process.env.PATH ?? ''}`,
      NODE_ENV: 'production',
      DO_NOT_TRACK: '1',
      ZERO_ENABLE_TELEMETRY: 'false',
      ZERO_LOG_LEVEL: 'error',
      ZERO_ADMIN_PASSWORD: randomUUID(),
      ZERO_UPSTREAM_DB: postgresUrl,
      ZERO_REPLICA_FILE: join(directory, 'replica.db'),
      ZERO_PORT: String(port),
      ZERO_CHANGE_STREAMER_PORT: String(changeStreamerPort),
      ZERO_MUTATE_URL: `${apiUrl}/mutate`,
      ZERO_QUERY_URL: `${apiUrl}/query`,
    },
  })
  const exited = once(cache, 'exit')
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    ready: async () => {
      while (!(await serves(url))) {
        if (cache.exitCode !== null) throw new Error(`zero-cache ended with ${cache.exitCode}.`)
        await sleep(LOOK_EVERY_MS)
      }
    },
    stop: async () => {
      // What it calls an immediate shutdown: else it waits for its clients to go elsewhere.
      cache.kill('SIGQUIT')
      await exited
    },
  }
}

async function serves(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/keepalive`)).ok
  } catch {
    return false
  }
}
