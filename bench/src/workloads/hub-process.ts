import { Child } from '../processes/child.ts'
import type { Usage } from '../processes/usage.ts'
import type { Hub, HubOptions } from './system.ts'

/** A hub whose script answers `serve` with its address, and `usageAtRest`. */
export async function openHubProcess(script: URL, options: HubOptions): Promise<Required<Omit<Hub, 'isInProcess'>>> {
  const child = new Child(script)
  const address = await child.call<string>('serve', options)
  return { address, usageAtRest: () => child.call<Usage>('usageAtRest'), close: () => child.stop() }
}
