// Lets the app open where the service cannot be reached. Keeps the app's own files and its empty page; nothing of
// anybody's: what a person reads and writes never passes through here. ui/offline.ts fills in FILES and BUILD.

const CACHE = `seawall-${BUILD}`
const PAGE = '/'
const ADDRESS = /^\/(?:$|login$|signup$|settings$|operator$|c\/[^/]+$)/
// A name that has its content's hash in it: it never means other content.
const HASHED = /^\/static\/assets\/.*-[\w-]{8}\.\w+$/

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES])))
})

// It begins once no page of the version before is open any more, so that none loses the files that it may still ask for.
self.addEventListener('activate', (event) => {
  const others = (names) => names.filter((name) => name.startsWith('seawall-') && name !== CACHE)
  event.waitUntil(caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name)))))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  // The page is always the service's own where it answers, whatever it answers: no app grows stale, and no notice is hidden.
  if (request.mode === 'navigate' && ADDRESS.test(pathname)) event.respondWith(orElse(request, PAGE))
  else if (HASHED.test(pathname)) event.respondWith(keptOrFetched(request))
  else if (FILES.includes(pathname)) event.respondWith(orElse(request, pathname))
})

async function orElse(request, kept) {
  try {
    return await fetch(request)
  } catch (fault) {
    const found = await caches.match(kept, { cacheName: CACHE })
    if (!found) throw fault
    return found
  }
}

async function keptOrFetched(request) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request.url)
  if (kept) return kept
  const response = await fetch(request)
  // A diagram's page has no origin, and what it loads is its own.
  if (response.ok && request.mode !== 'no-cors') await cache.put(request.url, response.clone()).catch(() => undefined)
  return response
}
