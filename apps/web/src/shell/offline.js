// The pages' offline files; the build puts FILES in place. It keeps the pages' own files. What is in the
// rooms is none of its business: that is each client's, and in its own storage.
const CACHE = 'pages'

const PAGE = new URL('./', location.href).pathname
const PATHS = FILES.map((file) => new URL(file, location.href).pathname)

addEventListener('install', (event) => {
  skipWaiting()
  // Past the browser's own cache, which may hold the page of another build.
  const requests = PATHS.map((path) => new Request(path, { cache: 'reload' }))
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
  if (PATHS.includes(pathname) && pathname !== PAGE) event.respondWith(fromCache(event.request))
  else if (mode === 'navigate' && pathname === PAGE) event.respondWith(fetch(event.request).catch(() => fromCache(PAGE)))
})

async function fromCache(request) {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request)
}

async function forgetOldFiles() {
  const cache = await caches.open(CACHE)
  for (const request of await cache.keys()) {
    if (!PATHS.includes(new URL(request.url).pathname)) await cache.delete(request)
  }
}
