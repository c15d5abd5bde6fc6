import type { Scenario } from '../scenario/scenario.ts'

/** A run that was stopped before its end: its time was up, or it made more steps or events than a run may. */
export class OutOfBounds extends Error {
  override readonly name = 'OutOfBounds'
  constructor({ seed, clients, actions }: Scenario, { turns, now }: { readonly turns: number; readonly now: number }, why: string) {
    super(
      `The run with seed ${JSON.stringify(seed)} was stopped, as ${why}, after ${turns} steps, at ${Math.round(now)} virtual ms. What it had shown until then was right. Its world has ${clients.length} clients and ${actions.length} actions: make it smaller, or give it more time.`,
    )
  }
}
