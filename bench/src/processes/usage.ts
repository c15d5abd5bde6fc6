/** What a process has used since it started. */
export interface Usage {
  /** Milliseconds of all cores, in user and system mode. */
  readonly cpuMs: number
  readonly rssBytes: number
  readonly peakRssBytes: number
}

/** What this process has used so far. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss(), peakRssBytes: process.resourceUsage().maxRSS * 1024 }
}
