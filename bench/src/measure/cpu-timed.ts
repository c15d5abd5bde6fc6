/**
 * Milliseconds of CPU time that the work took, of all threads of this process. Where others compete for the cores, that is far
 * steadier than the time that passes.
 */
export async function cpuTimed(work: () => unknown): Promise<number> {
  const start = cpuMs()
  await work()
  return cpuMs() - start
}

/** Milliseconds of all cores that this process has used since it started, in user and system mode. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
