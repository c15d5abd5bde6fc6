import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { build, defineConfig, type Plugin } from 'vite'

const resolve = { conditions: ['@savepoint/source', 'module', 'browser', 'production'] }

/**
 * `npm run dev -w apps/web` serves the pages from source; `npm start` builds them, and its server gives them out. `npm run build:static
 * -w apps/web` builds them for a site without a server, wherever on it they are put.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  base: mode === 'static' ? './' : '/',
  plugins: [react(), serviceWorker()],
  resolve,
  worker: { format: 'es' },
  server: { proxy: { '/rooms': { target: 'http://127.0.0.1:8787', ws: true } } },
  build: { emptyOutDir: true },
}))

/**
 * Makes `offline.js`, the service worker: it keeps all that was built, so that the pages open where the server is out of reach, and is the
 * server of those that ask for none. One script of the old kind, as not every browser takes modules there.
 */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        // What is not in the bundle is copied as it is: the icon.
        const files = ['./', 'mark.svg', ...Object.keys(bundle).filter((name) => name.startsWith('assets/'))]
        const built = await build({
          configFile: false,
          root: import.meta.dirname,
          logLevel: 'error',
          resolve,
          define: { FILES: JSON.stringify(files.sort()) },
          publicDir: false,
          build: {
            write: false,
            rollupOptions: { input: join(import.meta.dirname, 'src', 'shell', 'service-worker.ts'), output: { format: 'iife' } },
          },
        })
        const [script] = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
        if (script?.type !== 'chunk') throw new Error('The service worker was not built.')
        this.emitFile({ type: 'asset', fileName: 'offline.js', source: script.code })
      },
    },
  }
}
