import { sayReady } from '../browser/ready.ts'
import { timedAsync } from '../measure/timed.ts'
import { measureLocal } from './local.ts'
import { measureRebase } from './rebase.ts'
import type { Clients } from './system.ts'
import type { ClientsRun, Sample } from './workload.ts'

/** What workloads ask of a page. */
interface OfferedClients {
  local(run: Omit<ClientsRun, 'system'>, address: string): Promise<Sample>
  rebase(run: Omit<ClientsRun, 'system'>, address: string): Promise<Sample>
  /** Milliseconds. */
  bootstrap(address: string, things: number): Promise<number>
}

declare global {
  var clients: OfferedClients
}

/** To be called by a page that can open clients: the code that measures them in a process measures them here. */
export function offerClients(system: Clients): void {
  globalThis.clients = {
    local: (run, address) => measureLocal({ ...run, system }, address),
    rebase: (run, address) => measureRebase({ ...run, system }, address),
    bootstrap: (address, things) => timedAsync(() => system.bootstrap(address, things)),
  }
  sayReady()
}
