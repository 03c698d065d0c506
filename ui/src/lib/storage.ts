// What the browser keeps for its reader. Knows names and values; a browser that forbids storage only forgets.

const PREFIX = 'seawall.'

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

export function keep(name: string, value: string | null): void {
  try {
    if (value) localStorage.setItem(PREFIX + name, value)
    else localStorage.removeItem(PREFIX + name)
  } catch {
    // Full or forbidden: the page goes on without memory.
  }
}

/** Removes every draft, so that the next person at this browser reads none. */
export function forgetDrafts(): void {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(`${PREFIX}draft.`)) localStorage.removeItem(name)
    }
  } catch {
    // Nothing was kept.
  }
}
