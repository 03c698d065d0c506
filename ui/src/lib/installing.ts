// Asks the browser to keep the app's own files, so that it opens where the network is gone. Knows when; src/offline knows what.

/** For people who are signed in: a stranger at the gate needs none of it, and a service that is besieged serves less. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // A browser that forbids it only opens nothing without a network.
  void navigator.serviceWorker.register('/static/worker.js', { scope: '/' }).catch(() => undefined)
}
