// Whether the window keeps to the end of what grows in it. Knows how a page scrolls; knows no messages.

import { tick } from 'svelte'

/** So near to the end a reader wants to see it. */
const NEAR_PX = 96
/** Browsers tell fractions of a pixel, and pull the page about by as much. */
const STILL_PX = 2
const AT_END_PX = 8

export class Following {
  /** Until its reader scrolls up. */
  on = $state(true)
  /** The screen may be left between a change and the next turn of the clock. */
  gone = false
  #top = 0

  /** From now on, whenever the page's height changes; what is returned ends it. */
  watch(toEnd: () => void): () => void {
    const observer = new ResizeObserver(() => this.on && toEnd())
    observer.observe(document.body)
    return () => {
      observer.disconnect()
      this.gone = true
    }
  }

  toEnd(): void {
    if (this.gone) return
    const page = document.documentElement
    page.scrollTop = page.scrollHeight
    this.#top = page.scrollTop
  }

  /** The reader has scrolled, or we have. */
  scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = document.documentElement
    const left = scrollHeight - scrollTop - clientHeight
    if (scrollTop < this.#top - STILL_PX && left > AT_END_PX) this.on = false
    else if (left < NEAR_PX) this.on = true
    this.#top = scrollTop
  }

  /** Does a step that puts something in above, and leaves what is seen where it is. */
  async inPlace(step: () => void): Promise<void> {
    const page = document.documentElement
    const [top, height] = [page.scrollTop, page.scrollHeight]
    step()
    await tick()
    if (this.on) this.toEnd()
    else if (!this.gone) page.scrollTop = this.#top = top + page.scrollHeight - height
  }
}
