// A registration from the first press to the account, with what lies between: a puzzle, a place, a wait. Draws nothing.

import { Refused, type Api } from './api'
import { proofOf } from './puzzle'
import type { Application, Registered } from './people/shapes'
import type { Place } from './shapes'
import { keep, recall } from './storage'

const KEPT = 'place.signup'
const AGAIN_MS = 5_000

export class Stopped extends Error {}

export class Registering {
  /** The place in the line, while one is kept. */
  place = $state.raw<Place | null>(null)
  /** Unix seconds at which the turn comes, as told. */
  turn_s = $state(0)
  solving = $state(false)
  /** True while a filled-in form waits for its turn. */
  pending = $state(false)

  #api: Api
  #abort: AbortController | null = null
  #wake: (() => void) | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(api: Api) {
    this.#api = api
  }

  get released(): boolean {
    return this.place?.state === 'released'
  }

  /** Takes up a place that was kept before the page was left or reloaded. */
  async resume(): Promise<void> {
    const kept = recall(KEPT)
    if (kept) await this.#look(kept)
  }

  /** Registers, however long the line is: the promise ends with the account, a refusal, or Stopped. */
  async signUp(application: Application, puzzle: boolean): Promise<Registered> {
    this.#abort = new AbortController()
    this.pending = true
    let asked = puzzle && !this.place
    let lost = false
    try {
      for (;;) {
        const signal = this.#abort.signal
        if (this.place && !this.released) await this.#turn(signal)
        const proof = asked && !this.place ? await this.#proof(signal) : ''
        if (this.place && !this.released) continue // No puzzle could be solved here: a place was taken instead.
        try {
          const answer = await this.#api.people.signUp({ ...application, proof, place: this.place?.place ?? '' })
          this.forget()
          return answer
        } catch (fault) {
          if (!(fault instanceof Refused)) throw fault
          if (fault.waiting) this.#told(fault.waiting)
          else if (fault.code === 'challenge_required' && !asked) asked = true
          else if (fault.code === 'place_lost' && this.place && !lost) {
            lost = true
            asked = puzzle
            this.forget()
          } else throw fault
        }
      }
    } finally {
      this.pending = false
      this.solving = false
    }
  }

  /** Stops waiting with the form; the place stays. */
  stop(): void {
    this.#abort?.abort(new Stopped())
  }

  /** Gives the place up. */
  forget(): void {
    clearTimeout(this.#timer)
    this.place = null
    keep(KEPT, null)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.stop()
  }

  async #proof(signal: AbortSignal): Promise<string> {
    this.solving = true
    try {
      const proof = await proofOf((algorithm) => this.#api.puzzle('signup', algorithm), signal)
      if (!proof) this.#told(await this.#api.takePlace('signup'))
      return proof
    } finally {
      this.solving = false
    }
  }

  /** Until the turn has come or the place is lost. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      this.#wake = resolve
    })
  }

  #told(place: Place): void {
    this.place = place
    this.turn_s = Date.now() / 1000 + place.wait_s
    keep(KEPT, place.place)
    clearTimeout(this.#timer)
    if (place.state === 'waiting') this.#timer = setTimeout(() => void this.#look(place.place), place.look_again_s * 1000)
    else this.#wake?.()
  }

  async #look(kept: string): Promise<void> {
    try {
      const place = await this.#api.lookAtPlace('signup', kept)
      if (place.state !== 'over') return this.#told(place)
      this.forget()
    } catch (fault) {
      if (fault instanceof Refused && fault.code === 'place_lost') this.forget()
      else {
        this.#timer = setTimeout(() => void this.#look(kept), AGAIN_MS)
        return
      }
    }
    this.#wake?.()
  }
}
