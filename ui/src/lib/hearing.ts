// One answer's events to its end, across lost connections. Knows how to go on; knows no messages.

import { Refused, Unreachable, type Api } from './api'
import type { ChatEvent, Question } from './shapes'

const PAUSES_MS = [300, 1_000, 2_000, 4_000, 8_000]
/** The browser's own that the network has changed. */
const SIGNS = ['online', 'offline']

export interface Listener {
  /** Whether the connection is lost: the answer goes on, only its words do not arrive. */
  lost(is: boolean): void
  /** Waits, less long where the network comes back. Injected for tests. */
  pause?(ms: number, signal: AbortSignal): Promise<void>
}

type Numbered = ChatEvent & { number: number }

/**
 * Asks and hears the answer, or goes on with one that is named. Ends after `done` or `error`. Throws what kept the question
 * from being taken; once the answer is begun, a lost connection is none of the listener's matter.
 */
export async function* hear(
  api: Pick<Api, 'chat' | 'answer'>,
  what: Question | { answer_id: string },
  signal: AbortSignal,
  listener: Listener,
): AsyncGenerator<Numbered[]> {
  const place = new Place('answer_id' in what ? what.answer_id : null)
  for (let tries = 0; !place.over; tries++) {
    const attempt = new Attempt(signal)
    try {
      const events = place.answer === null ? api.chat(what as Question, attempt.signal) : api.answer(place.answer, place.after, attempt.signal)
      for await (const batch of events) {
        listener.lost(false)
        tries = 0
        yield place.take(batch)
        if (place.over) return
      }
    } catch (fault) {
      if (signal.aborted) throw fault
      if (!place.mayGoOn(fault, attempt.ended)) throw attempt.ended ? new Unreachable('the network changed') : fault
    } finally {
      attempt.over()
    }
    if (place.answer === null) throw new Unreachable('the stream ended before the answer began')
    listener.lost(true)
    if (!attempt.ended) await (listener.pause ?? pause)(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0, signal)
  }
}

/** How far an answer has been heard. */
class Place {
  after = 0
  over = false

  constructor(public answer: string | null) {}

  /** Each event once, whatever is told again. */
  take(batch: Numbered[]): Numbered[] {
    const fresh = batch.filter(({ number }) => number === 0 || number > this.after)
    for (const each of fresh) {
      this.after = Math.max(this.after, each.number)
      if (each.event === 'begun') this.answer = each.data.answer_id
      if (each.event === 'done' || each.event === 'error') this.over = true
    }
    return fresh
  }

  /** A network that is away and a service that is busy or starts again come back; a refusal of another kind stays. */
  mayGoOn(fault: unknown, ended: boolean): boolean {
    if (this.answer === null) return false
    return ended || fault instanceof Unreachable || (fault instanceof Refused && (fault.status === 429 || fault.status >= 500))
  }
}

/** One connection. It is given up where the network has changed under it: it might be silent for a minute before it fails. */
class Attempt {
  ended = false
  #abort = new AbortController()
  #whole: AbortSignal

  constructor(whole: AbortSignal) {
    this.#whole = whole
    if (whole.aborted) this.#abort.abort()
    whole.addEventListener('abort', this.#stop)
    for (const sign of SIGNS) addEventListener(sign, this.#again)
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  over(): void {
    this.#whole.removeEventListener('abort', this.#stop)
    for (const sign of SIGNS) removeEventListener(sign, this.#again)
  }

  #stop = (): void => this.#abort.abort()

  #again = (): void => {
    this.ended = true
    this.#abort.abort()
  }
}

/** Until then, or until the network is back. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer)
      removeEventListener('online', over)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    addEventListener('online', over)
    signal.addEventListener('abort', over)
  })
}
