// The search over all that was said. Knows words, hits and which answer is still wanted; draws nothing.

import type { Trouble } from '../trouble'
import type { LibraryApi } from './api'
import type { Hit } from './shapes'

/** While somebody types, the server is asked after so long a pause. */
const PAUSE_MS = 180

export class Search {
  /** Null until an answer has come. */
  hits = $state<Hit[] | null>(null)
  busy = $state(false)
  trouble = $state<Trouble | null>(null)

  #words = $state('')
  #api: Pick<LibraryApi, 'search'>
  #explain: (fault: unknown) => Trouble
  #pause: ReturnType<typeof setTimeout> | undefined
  #asked = 0

  constructor(api: Pick<LibraryApi, 'search'>, explain: (fault: unknown) => Trouble) {
    this.#api = api
    this.#explain = explain
  }

  get words(): string {
    return this.#words
  }

  set words(words: string) {
    this.#words = words
    clearTimeout(this.#pause)
    this.#asked++
    this.busy = this.wanted
    this.trouble = null
    if (this.wanted) this.#pause = setTimeout(() => void this.now(), PAUSE_MS)
    else this.hits = null
  }

  get wanted(): boolean {
    return this.#words.trim() !== ''
  }

  async now(): Promise<void> {
    clearTimeout(this.#pause)
    if (!this.wanted) return
    const number = ++this.#asked
    this.busy = true
    this.trouble = null
    try {
      const { hits } = await this.#api.search(this.#words.trim())
      // What was asked before other words were typed answers nothing any more.
      if (number === this.#asked) this.hits = hits
    } catch (fault) {
      if (number === this.#asked) this.trouble = this.#explain(fault)
    } finally {
      if (number === this.#asked) this.busy = false
    }
  }
}
