import { join } from 'node:path'
import type { BenchContext } from '../bench.ts'
import { type ServeOptions, type ServerProcess, startServerProcess } from './server-process.ts'

/** Has a server in a process of its own, with its rooms in the bench's directory, for as long as `use` takes. */
export async function withServer<Result>(
  { directory }: Pick<BenchContext, 'directory'>,
  app: ServeOptions['app'],
  use: (server: ServerProcess) => Promise<Result>,
): Promise<Result> {
  const server = await startServerProcess({ directory: join(directory, 'server'), app })
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}
