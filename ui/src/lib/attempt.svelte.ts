// One deed at a time and what went wrong with it. Knows neither the deed nor the screen.

import type { Trouble } from './trouble'

export class Attempt {
  busy = $state(false)
  trouble = $state<Trouble | null>(null)
  readonly #explain: (fault: unknown) => Trouble

  constructor(explain: (fault: unknown) => Trouble) {
    this.#explain = explain
  }

  /** Does it, unless another is still under way; a second press must not create a second key. */
  async at(deed: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.trouble = null
    try {
      await deed()
    } catch (fault) {
      this.trouble = this.#explain(fault)
    } finally {
      this.busy = false
    }
  }
}
