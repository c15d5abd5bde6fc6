import { encodeData } from '@savepoint/core'
import { type ArgsGenerator, type Read, type SimulatedApp, SKIP } from '../app.ts'
import { randomOf } from '../random.ts'
import { isArbitrary, namedEntries } from './workload-entry.ts'
import { WorkloadError } from './workload-error.ts'

/** A call that is due: an action of a scenario. */
interface DueCall {
  readonly id: number
  readonly name: string
  /** What has been fixed is not made again. */
  readonly args?: string
  /** See the action `mutate`. */
  readonly draw?: number
}

/** Makes the encoded arguments of one call; {@link SKIP} if there is nothing to call the mutator with. */
export type MakeArgs = (call: DueCall, read: Read) => string | typeof SKIP

type Make = (seed: string, key: string, read: Read) => unknown

/**
 * Readies an app's workload for one run. The chance of each call is its own: what one draws depends on the seed, the
 * action and what it reads, not on the calls before it.
 *
 * @throws (rejects) WorkloadError if there is an arbitrary among the generators and fast-check cannot be imported. What it
 * returns throws one if a generator fails, or makes what cannot be sent.
 */
export async function prepareArgs(app: SimulatedApp, seed: string): Promise<MakeArgs> {
  const makers = new Map<string, Make>()
  for (const { name, args } of namedEntries(app)) makers.set(name, await makerOf(name, args))
  return (call, read) => {
    if (call.args !== undefined) return call.args
    const make = makers.get(call.name)
    const where = `(seed ${JSON.stringify(seed)}, action ${call.id})`
    if (make === undefined) throw new WorkloadError(`The workload does not say how "${call.name}" is called ${where}.`)
    let args: unknown
    try {
      args = make(seed, `args/${call.draw ?? call.id}`, read)
    } catch (cause) {
      throw new WorkloadError(`The generator of "${call.name}" failed ${where}: ${messageOf(cause)}`, { cause })
    }
    if (args === SKIP) return SKIP
    try {
      return encodeData(args)
    } catch (cause) {
      throw new WorkloadError(`The generator of "${call.name}" made arguments that cannot be sent ${where}: ${messageOf(cause)}`, { cause })
    }
  }
}

async function makerOf(name: string, args: ArgsGenerator<unknown> | undefined): Promise<Make> {
  if (args === undefined) return () => undefined
  if (!isArbitrary(args)) return (seed, key, read) => args(randomOf(seed, key), read)
  const { sample } = await importFastCheck(name)
  return (seed, key) => sample(args as never, { seed: randomOf(seed, key).int(-(2 ** 31), 2 ** 31 - 1), numRuns: 1 })[0]
}

async function importFastCheck(name: string): Promise<typeof import('fast-check')> {
  try {
    return await import('fast-check')
  } catch (cause) {
    throw new WorkloadError(
      `The workload gives "${name}" a fast-check arbitrary, but fast-check cannot be imported. Install it beside @savepoint/simulator.`,
      { cause },
    )
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
