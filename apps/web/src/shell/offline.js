// The pages' service worker, as far as it is written by hand: the build puts FILES above. It keeps the pages' own files. What is in the
// rooms is none of its business: that is each client's, and in its own storage.
const CACHE = 'pages'

addEventListener('install', (event) => {
  skipWaiting()
  // Past the browser's own cache, which may hold the page of another build.
  const requests = FILES.map((path) => new Request(path, { cache: 'reload' }))
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)))
})

addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([clients.claim(), forgetOldFiles()]))
})

addEventListener('fetch', (event) => {
  const { method, url, mode } = event.request
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== location.origin) return
  // Whose name has its content's hash never changes; the page itself may.
  if (FILES.includes(pathname) && pathname !== '/') event.respondWith(fromCache(event.request))
  else if (mode === 'navigate' && pathname === '/') event.respondWith(fetch(event.request).catch(() => fromCache('/')))
})

async function fromCache(request) {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request)
}

async function forgetOldFiles() {
  const cache = await caches.open(CACHE)
  for (const request of await cache.keys()) {
    if (!FILES.includes(new URL(request.url).pathname)) await cache.delete(request)
  }
}
