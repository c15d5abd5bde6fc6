import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { offlinePages } from './offline-pages.ts'

/** `npm run dev -w apps/web` serves the pages from source; `npm start` builds them, and its server gives them out. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), offlinePages()],
  resolve: { conditions: ['@savepoint/source', 'module', 'browser', 'production'] },
  worker: { format: 'es' },
  server: { proxy: { '/rooms': { target: 'http://127.0.0.1:8787', ws: true } } },
  build: { emptyOutDir: true },
})
