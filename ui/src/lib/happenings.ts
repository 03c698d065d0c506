// What happens to this account elsewhere, as long as somebody looks at the page. Knows how to stay connected; acts on nothing.

import { Refused, type Api } from './api'
import { pause } from './hearing'
import type { AccountEvent } from './shapes'

const PAUSES_MS = [1_000, 3_000, 10_000, 30_000]

/** One connection a page, and none while it is hidden: browsers allow few to one address, and a page that is looked at
 *  again asks for everything anew. */
export class Happenings {
  #api: Pick<Api, 'happenings'>
  #tell: (event: AccountEvent) => void
  #missed: () => void
  #abort: AbortController | null = null

  /** `missed` is called where something may have happened unheard. */
  constructor(api: Pick<Api, 'happenings'>, tell: (event: AccountEvent) => void, missed: () => void) {
    this.#api = api
    this.#tell = tell
    this.#missed = missed
  }

  /** Listens or does not, as is wished now. */
  listen(wanted: boolean): void {
    if (wanted === (this.#abort !== null)) return
    this.#abort?.abort()
    this.#abort = wanted ? new AbortController() : null
    if (this.#abort) void this.#stay(this.#abort.signal)
  }

  async #stay(signal: AbortSignal): Promise<void> {
    let first: boolean = true
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        let fresh: boolean = !first
        for await (const events of this.#api.happenings(signal)) {
          if (fresh) this.#missed()
          first = fresh = false
          tries = 0
          for (const event of events) this.#tell(event)
        }
      } catch (fault) {
        // Signed out, or a service that has no such thing.
        if (fault instanceof Refused && fault.status < 500 && fault.status !== 429) return
      }
      if (!signal.aborted) await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0, signal)
    }
  }
}
