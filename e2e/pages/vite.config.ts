import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vite'

const here = import.meta.dirname
const SERVICE_WORKER = 'server-worker.ts'
const pages = readdirSync(here).filter((file) => file.endsWith('.html'))

/** The pages that the browser tests open. From source, like all that runs here. */
export default defineConfig({
  root: here,
  resolve: { conditions: ['@savepoint/source', 'module', 'browser', 'production'] },
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    rollupOptions: {
      input: [...pages, SERVICE_WORKER].map((page) => join(here, page)),
      // A service worker is found, and found to be newer, under one address.
      output: { entryFileNames: ({ name }) => (`${name}.ts` === SERVICE_WORKER ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
})
