import { serveFromWorker } from '@savepoint/server/service-worker'
import { mutators, schema } from './tab-app.ts'

serveFromWorker({ schema, mutators })

/** For tests: tells one run of this worker from another. */
const run = crypto.randomUUID()
addEventListener('fetch', (event) => {
  const { request, respondWith } = event as unknown as { request: Request; respondWith(response: Response): void }
  if (new URL(request.url).pathname === '/run') respondWith.call(event, new Response(run))
})
