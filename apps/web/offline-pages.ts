import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Makes `offline.js`, the service worker that keeps all that was built, so that the pages open where the server is out of reach. */
export function offlinePages(): Plugin {
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
