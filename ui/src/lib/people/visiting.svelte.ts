// A guest's talk: asked without an account, kept in this browser alone. Knows passes and turns; draws nothing.

import { Refused, type Api } from '../api'
import { proofOf } from '../puzzle'
import type { Place } from '../shapes'
import { keep, recall } from '../storage'

/** Among the drafts, so that signing out takes it along. */
const KEPT = 'draft.guest'
const KEPT_PLACE = 'draft.guest-place'
/** So often a pass may be asked for before a question is given up. */
const PASSES = 3

export interface Said {
  speaker: 'user' | 'assistant'
  text: string
}

export class Visiting {
  said = $state<Said[]>(recalled())
  answering = $state(false)
  solving = $state(false)
  /** The place in the line, while one waits for a turn. */
  place = $state.raw<Place | null>(null)
  turn_s = $state(0)

  readonly #api: Api
  #pass = ''
  #abort: AbortController | null = null

  constructor(api: Api) {
    this.#api = api
  }

  /** Asks, and hears the answer to its end. What was said stays when it throws. */
  async ask(text: string, model: string): Promise<void> {
    this.#abort = new AbortController()
    this.answering = true
    this.said.push({ speaker: 'user', text })
    this.#keep()
    try {
      await this.#heard(model, this.#abort.signal)
    } catch (fault) {
      if (!this.#abort.signal.aborted) throw fault
    } finally {
      this.answering = this.solving = false
      this.place = null
      this.#keep()
    }
  }

  /** Whether a question stands in the line, also where the page was left meanwhile. */
  get lined(): boolean {
    return this.said.at(-1)?.speaker === 'user' && recall(KEPT_PLACE) !== null
  }

  stop(): void {
    this.#abort?.abort(new DOMException('stopped', 'AbortError'))
  }

  /** Takes back a question that nobody answered, so that it can be sent again. */
  takeBack(): string {
    if (this.said.at(-1)?.speaker !== 'user') return ''
    const text = this.said.pop()?.text ?? ''
    this.#keep()
    return text
  }

  forget(): void {
    this.stop()
    this.said = []
    keep(KEPT, null)
    keep(KEPT_PLACE, null)
  }

  async #heard(model: string, signal: AbortSignal): Promise<void> {
    const messages = this.said.map(({ speaker, text }) => ({ role: speaker, content: text }))
    for (let left = PASSES; ; left--) {
      try {
        for await (const text of this.#api.askAsGuest({ model, messages }, this.#pass, signal)) this.#add(text)
        return
      } catch (fault) {
        const passable = fault instanceof Refused && (fault.waiting || fault.code === 'challenge_required')
        if (!passable || left === 0) throw fault
        this.#pass = await this.#newPass(fault.waiting, signal)
      }
    }
  }

  #add(text: string): void {
    const last = this.said.at(-1)
    if (last?.speaker === 'assistant') last.text += text
    else if (text) this.said.push({ speaker: 'assistant', text })
  }

  /** By a puzzle; by a turn in the line where the service is that busy. */
  async #newPass(place: Place | null, signal: AbortSignal): Promise<string> {
    if (place) return (await this.#api.guestPass({ place: await this.#turn(place, signal) })).pass
    const proof = await this.#proof(signal)
    try {
      return (await this.#api.guestPass(proof ? { proof } : { place: await this.#turn(await this.#api.takePlace('chat'), signal) })).pass
    } catch (fault) {
      if (fault instanceof Refused && fault.waiting) return this.#newPass(fault.waiting, signal)
      throw fault
    }
  }

  /** Empty where this browser can solve none. */
  async #proof(signal: AbortSignal): Promise<string> {
    this.solving = true
    try {
      return await proofOf((algorithm) => this.#api.puzzle('chat', algorithm), signal)
    } finally {
      this.solving = false
    }
  }

  /** The ticket, once its turn has come. A place that is kept from before counts, and else the one that is offered now. */
  async #turn(place: Place, signal: AbortSignal): Promise<string> {
    const kept = recall(KEPT_PLACE)
    const known = kept === null ? null : await this.#api.lookAtPlace('chat', kept).catch(() => null)
    let now = known && known.state !== 'over' ? known : place
    while (now.state === 'waiting') {
      this.place = now
      keep(KEPT_PLACE, now.place)
      this.turn_s = Date.now() / 1000 + now.wait_s
      await later(now.look_again_s * 1000, signal)
      now = await this.#api.lookAtPlace('chat', now.place)
    }
    this.place = null
    keep(KEPT_PLACE, null)
    return now.place
  }

  #keep(): void {
    keep(KEPT, this.said.length ? JSON.stringify(this.said) : null)
  }
}

function recalled(): Said[] {
  try {
    const kept: unknown = JSON.parse(recall(KEPT) ?? '[]')
    return Array.isArray(kept) ? (kept as Said[]) : []
  } catch {
    return []
  }
}

function later(delay_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, delay_ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true })
  })
}
