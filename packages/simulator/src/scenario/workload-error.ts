/** The workload has a mistake in it, and not the engine: a generator failed, or of a mutator no call came through. */
export class WorkloadError extends Error {
  override readonly name = 'WorkloadError'
}
