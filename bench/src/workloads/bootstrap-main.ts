import { answer } from '../processes/answer.ts'
import { loadSystem } from './load-system.ts'
import { type BootstrapOptions, type Bootstrapped, measureBootstrap } from './measure-bootstrap.ts'

answer('bootstrap', { bootstrap }, async () => {})

async function bootstrap({ module, address, things }: BootstrapOptions): Promise<Bootstrapped> {
  return await measureBootstrap(await loadSystem(module), address, things)
}
