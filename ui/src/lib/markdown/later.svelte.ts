// Markdown's code, fetched beside the first screen, and its heavy parts, fetched when an answer needs them. Knows what is here.

import type { GrowingText } from './blocks'
import type { typeset } from './formulas'
import type { Highlighter } from './highlighting'

export class MarkdownLater {
  Text = $state.raw<typeof GrowingText | null>(null)
  typeset = $state.raw<typeof typeset | null>(null)
  highlighter = $state.raw<Highlighter | null>(null)
  #coming = new Map<string, Promise<void>>()

  /** Returns once answers can be shown as they are meant; without the network they are shown as plain text. */
  ready(): Promise<void> {
    return this.#fetch('text', async () => void (this.Text = (await import('./blocks')).GrowingText))
  }

  wantFormulas(): void {
    void this.#fetch('formulas', async () => void (this.typeset = (await import('./formulas')).typeset))
  }

  wantColours(): void {
    void this.#fetch('colours', async () => void (this.highlighter = new (await import('./highlighting')).Highlighter()))
  }

  /** Once; what did not come is fetched again when it is next wanted. */
  #fetch(name: string, bring: () => Promise<void>): Promise<void> {
    const coming = this.#coming.get(name) ?? bring().catch(() => void this.#coming.delete(name))
    this.#coming.set(name, coming)
    return coming
  }
}
