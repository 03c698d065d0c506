// Addresses and screens. Knows which address shows what and the browser's history; draws nothing.

export type Place =
  | { name: 'chat'; id: string | null }
  | { name: 'shared'; token: string }
  | { name: 'accounts'; id: string | null }
  | { name: 'login' | 'signup' | 'verify' | 'forgot' | 'reset' | 'guest' | 'setup' | 'settings' | 'operator' | 'notices' | 'missing' }

const FIXED = ['login', 'signup', 'verify', 'forgot', 'reset', 'guest', 'setup', 'settings', 'operator'] as const

export function placeOf(path: string): Place {
  const trimmed = path.replace(/\/+$/, '')
  if (trimmed === '') return { name: 'chat', id: null }
  const conversation = /^\/c\/([^/]+)$/.exec(trimmed)?.[1]
  if (conversation) return { name: 'chat', id: unescaped(conversation) }
  const token = /^\/s\/([^/]+)$/.exec(trimmed)?.[1]
  if (token) return { name: 'shared', token: unescaped(token) }
  const account = /^\/operator\/accounts(?:\/([^/]+))?$/.exec(trimmed)
  if (account) return { name: 'accounts', id: account[1] === undefined ? null : unescaped(account[1]) }
  if (trimmed === '/operator/notices') return { name: 'notices' }
  const name = FIXED.find((each) => trimmed === `/${each}`)
  return { name: name ?? 'missing' }
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export class Router {
  path = $state(location.pathname)
  readonly place = $derived(placeOf(this.path))
  /** Counts links that differ from the open page behind the # alone: the browser loads nothing anew for them. */
  arrivals = $state(0)
  /** Where a person wanted to go before they were asked to sign in. */
  wanted: string | null = null

  constructor() {
    addEventListener('popstate', () => (this.path = location.pathname))
    addEventListener('hashchange', () => this.arrivals++)
    addEventListener('click', (event) => this.#follow(event))
  }

  go(path: string, { replace = false } = {}): void {
    if (path !== location.pathname || location.hash) {
      history[replace ? 'replaceState' : 'pushState'](null, '', path)
    }
    this.path = path
  }

  /** Takes the word after # out of the address bar and the history, and hands it over. */
  takeHash(): string {
    const word = location.hash.slice(1)
    if (location.hash) history.replaceState(null, '', location.pathname)
    return word
  }

  #follow(event: MouseEvent): void {
    const modified = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (event.defaultPrevented || modified) return
    const link = (event.target as Element | null)?.closest?.('a')
    if (!link || link.target || link.origin !== location.origin || link.hasAttribute('data-outside')) return
    const hashOnly = link.hash && link.pathname === location.pathname
    if (hashOnly || placeOf(link.pathname).name === 'missing') return
    event.preventDefault()
    this.go(link.pathname)
  }
}
