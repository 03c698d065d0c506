// How many messages of a long conversation are drawn: the last at once, the others while nothing else is to be done. Knows
// numbers; draws nothing.

/** More than a screen holds. */
const AT_ONCE = 10
/** Little enough that a key or a tap in between is answered at once. */
const A_SLICE = 8

export class Slices {
  #drawn = $state(AT_ONCE)
  #total: () => number
  #stopped = false

  constructor(total: () => number) {
    this.#total = total
  }

  /** The first that is drawn. */
  get from(): number {
    return Math.max(0, this.#total() - this.#drawn)
  }

  /** Draws the others from the end to the beginning. `around` does each step, and keeps the page where it is. */
  async grow(around: (step: () => void) => Promise<void>): Promise<void> {
    while (this.from > 0) {
      await idle()
      if (this.#stopped) return
      await around(() => (this.#drawn += A_SLICE))
    }
    // What comes from now on is drawn at once.
    this.#drawn = Infinity
  }

  stop(): void {
    this.#stopped = true
  }
}

/** After a frame was drawn and while nothing else waits. A page that nobody sees draws none, and needs none. */
async function idle(): Promise<void> {
  await new Promise(requestAnimationFrame)
  await new Promise<unknown>((resolve) => ('requestIdleCallback' in globalThis ? requestIdleCallback(resolve, { timeout: 200 }) : setTimeout(resolve, 30)))
}
