// Light, dark or as the system says. Knows the choice and where it is kept; before-paint.js applies it first.

import { keep, recall } from './storage'

export type ThemeChoice = 'system' | 'light' | 'dark'
const GROUNDS = { light: '#FBFAF7', dark: '#0E151A' }

export class Theme {
  choice = $state<ThemeChoice>(known(recall('theme')))

  choose(choice: ThemeChoice): void {
    this.choice = choice
    keep('theme', choice === 'system' ? null : choice)
    this.apply()
  }

  apply(): void {
    const root = document.documentElement
    if (this.choice === 'system') delete root.dataset.theme
    else root.dataset.theme = this.choice
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const system = meta.media.includes('dark') ? 'dark' : 'light'
      meta.content = GROUNDS[this.choice === 'system' ? system : this.choice]
    }
  }
}

function known(stored: string | null): ThemeChoice {
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
