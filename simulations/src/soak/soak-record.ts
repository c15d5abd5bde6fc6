import type { Batch, BatchFailure, BatchResult } from './batch.ts'
import { FAULTS_TO_MEET } from './faults-to-meet.ts'

/** What a soak has met so far. */
export class SoakRecord {
  runs = 0
  calls = 0
  /** Virtual milliseconds, of all clients together. */
  clientMs = 0
  readonly runsByApp = new Map<string, number>()
  readonly faults = new Map<string, number>(FAULTS_TO_MEET.map((name) => [name, 0]))
  readonly failures: BatchFailure[] = []

  add({ runs, calls, clientMs, faults, failure }: BatchResult, { app }: Batch): void {
    this.runs += runs
    this.calls += calls
    this.clientMs += clientMs
    this.runsByApp.set(app, (this.runsByApp.get(app) ?? 0) + runs)
    for (const [name, count] of faults) this.faults.set(name, (this.faults.get(name) ?? 0) + count)
    if (failure !== undefined) this.failures.push(failure)
  }

  /** Faults that were not met once. */
  get missed(): string[] {
    return [...this.faults].filter(([, count]) => count === 0).map(([name]) => name)
  }

  /** @param realMs that it took */
  lines(realMs: number): string[] {
    const faults = [...this.faults].sort(([a], [b]) => (a < b ? -1 : 1))
    return [
      `seeds     ${this.runs}: ${[...this.runsByApp].map(([app, runs]) => `${app} ${runs}`).join(', ')}`,
      `calls     ${this.calls}`,
      `time      ${(this.clientMs / 3_600_000).toFixed(1)} hours of clients, ${Math.round(this.clientMs / Math.max(1, realMs))} times as fast as real time`,
      `faults    ${faults.map(([name, count]) => `${name} ${count}`).join(', ')}`,
      `failures  ${this.failures.length}`,
    ]
  }
}
