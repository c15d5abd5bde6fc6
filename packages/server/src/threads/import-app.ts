import type { ServerApp } from '../define-app.ts'
import { loaderFrom } from './start-thread.ts'

/**
 * An app from its module's export `app`. A module in TypeScript is loaded by Node itself where it can, else by tsx, if that is
 * installed where the app is.
 *
 * @throws TypeError if it exports no app; else what its import throws
 */
export async function importApp(address: string): Promise<ServerApp> {
  if (needsLoader(address)) {
    const { register } = (await import(findLoader(address))) as { register(): void }
    register()
  }
  const { app } = (await import(address)) as { readonly app?: Partial<ServerApp> }
  if (typeof app !== 'object' || app === null || app.schema === undefined || app.mutators === undefined) {
    throw new TypeError(
      `${address} does not export an app. Nothing was started; let it say: export const app = defineApp({ schema, mutators })`,
    )
  }
  return app as ServerApp
}

function needsLoader(address: string): boolean {
  if (!/\.[cm]?tsx?$/.test(new URL(address).pathname) || import.meta.url.endsWith('.ts')) return false
  const { typescript } = process.features as { readonly typescript?: unknown }
  return !typescript && !process.execArgv.some((argument) => argument.includes('tsx'))
}

function findLoader(address: string): string {
  try {
    return loaderFrom(address)
  } catch (cause) {
    throw new TypeError(
      `${address} is TypeScript, which this Node does not run. Nothing was started; install tsx where it is, or give the address of the built module.`,
      { cause },
    )
  }
}
