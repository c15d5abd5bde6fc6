import { cpus, loadavg } from 'node:os'

/** Where and when a report was made. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly node: string
  readonly platform: string
  /** Runnable processes over the last minute, when the benchmark began: above the number of cores, figures are not to be trusted. */
  readonly load: number
  readonly date: string
}

/** Describes this machine as it is now. */
export function describeMachine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    date: new Date().toISOString(),
  }
}

/** One line of text. */
export function formatMachine({ cpu, cores, node, platform, load, date }: Machine): string {
  return `${cpu}, ${cores} cores, ${platform}, Node ${node}, load ${load}, ${date}`
}
