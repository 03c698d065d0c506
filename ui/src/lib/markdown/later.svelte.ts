// Markdown's code, fetched beside the first screen and not before it. Knows whether it is here.

import type { GrowingText } from './blocks'

export class MarkdownLater {
  Text = $state.raw<typeof GrowingText | null>(null)
  #coming: Promise<void> | null = null

  /** Returns once answers can be shown as they are meant; without the network they are shown as plain text. */
  ready(): Promise<void> {
    this.#coming ??= import('./blocks').then(
      ({ GrowingText }) => void (this.Text = GrowingText),
      () => void (this.#coming = null),
    )
    return this.#coming
  }
}
