import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** `npm run dev -w apps/web` serves the pages from source; `npm start` builds them, and its server gives them out. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), offlinePages()],
  resolve: { conditions: ['@savepoint/source', 'module', 'browser', 'production'] },
  worker: { format: 'es' },
  server: { proxy: { '/rooms': { target: 'http://127.0.0.1:8787', ws: true } } },
  build: { emptyOutDir: true },
})

/** Makes `offline.js`, the service worker that keeps all that was built, so that the pages open where the server is out of reach. */
function offlinePages(): Plugin {
  return {
    name: 'offline-pages',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        // What is not in the bundle is copied as it is: the icon.
        const files = ['/', '/mark.svg', ...Object.keys(bundle).flatMap((name) => (name.startsWith('assets/') ? [`/${name}`] : []))]
        const source = readFileSync(join(import.meta.dirname, 'src', 'shell', 'offline.js'), 'utf8')
        this.emitFile({ type: 'asset', fileName: 'offline.js', source: `const FILES = ${JSON.stringify(files.sort())}\n${source}` })
      },
    },
  }
}
