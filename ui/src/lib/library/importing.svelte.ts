// One import: sent, followed to its end, found again after a reload. Knows what the server tells of it; draws nothing.

import { Refused, Unreachable } from '../api'
import { keep, recall } from '../storage'
import type { Trouble } from '../trouble'
import type { LibraryApi } from './api'
import type { ImportReport, ImportState } from './shapes'

/** What it needs of the page; `mine` tells people at one browser apart. */
export interface Host {
  api: LibraryApi
  send: (file: File, progress: (share: number) => void, signal: AbortSignal) => Promise<ImportState>
  explain: (fault: unknown) => Trouble
  mine: () => string
  done: () => Promise<void>
}

export type Phase = 'idle' | 'sending' | 'reading'

const BEGUN = 'import'
const AGAIN_MS = 1000

export class Importing {
  phase = $state<Phase>('idle')
  /** Of what is done now, between 0 and 1. */
  share = $state(0)
  conversations = $state(0)
  report = $state.raw<ImportReport | null>(null)
  trouble = $state<Trouble | null>(null)
  /** It was begun here, and the service knows nothing of it any more. */
  lost = $state(false)
  readonly #host: Host
  readonly #leaving = new AbortController()

  constructor(host: Host) {
    this.#host = host
  }

  async bringIn(file: File): Promise<void> {
    if (this.phase !== 'idle') return
    this.report = this.trouble = null
    this.lost = false
    this.share = this.conversations = 0
    this.phase = 'sending'
    try {
      const state = await this.#host.send(file, (share) => (this.share = share), this.#leaving.signal)
      keep(BEGUN, this.#host.mine())
      await this.#follow(state)
    } catch (fault) {
      if (!this.#leaving.signal.aborted) this.trouble = this.#host.explain(fault)
    } finally {
      this.phase = 'idle'
    }
  }

  /** What became of the one that was begun before: on this page or another. */
  async look(): Promise<void> {
    const begun = recall(BEGUN) === this.#host.mine()
    try {
      const state = await this.#host.api.importState()
      if (state.state === 'running' || begun) await this.#follow(state)
    } catch {
      // A courtesy: whoever imports now is told what is wrong.
    } finally {
      this.phase = 'idle'
    }
  }

  /** The page is left; the import goes on. */
  leave(): void {
    this.#leaving.abort()
  }

  async #follow(state: ImportState): Promise<void> {
    this.phase = 'reading'
    while (state.state === 'running') {
      this.share = state.share
      this.conversations = state.conversations
      await new Promise((wake) => setTimeout(wake, AGAIN_MS))
      if (this.#leaving.signal.aborted) return
      state = await this.#heard(state)
    }
    keep(BEGUN, null)
    this.report = state.report
    this.lost = state.state === 'none'
    if (state.error) this.trouble = this.#host.explain(new Refused(state.error.message, 422, state.error.code))
    if (state.report) await this.#host.done()
  }

  /** The newest word; while the service is away, the one before. */
  async #heard(state: ImportState): Promise<ImportState> {
    try {
      return await this.#host.api.importState()
    } catch (fault) {
      if (fault instanceof Unreachable) return state
      throw fault
    }
  }
}
