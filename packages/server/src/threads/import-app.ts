import type { ServerApp } from '../define-app.ts'
import { importModule } from '../import-module.ts'

/**
 * An app from its module's export `app`.
 * @throws (rejects) TypeError if it exports no app, or is TypeScript and nothing loads that; else what its import throws
 */
export async function importApp(address: string): Promise<ServerApp> {
  const { app } = (await importModule(address)) as { readonly app?: Partial<ServerApp> }
  if (typeof app !== 'object' || app === null || app.schema === undefined || app.mutators === undefined) {
    throw new TypeError(
      `${address} does not export an app. Nothing was started; let it say: export const app = defineApp({ schema, mutators })`,
    )
  }
  return app as ServerApp
}
