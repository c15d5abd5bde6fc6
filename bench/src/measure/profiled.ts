import { mkdirSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'

/** Runs the work, and leaves a .cpuprofile of it in the directory that the environment names, if it names one. */
export async function profiled<T>(name: string, work: () => Promise<T>): Promise<T> {
  const directory = process.env.BENCH_PROFILE_DIRECTORY
  if (directory === undefined) return await work()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  try {
    return await work()
  } finally {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, `${name}-${process.pid}.cpuprofile`), JSON.stringify(profile))
  }
}
