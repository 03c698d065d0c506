// What the bridge shows as it comes. Knows how to stay connected and how far back to remember; draws nothing.

import { Refused, type Api } from '../api'
import { pause } from '../hearing'
import type { Reading } from './shapes'

/** As many as the server remembers: a quarter of an hour, two seconds apart. */
export const POINTS = 450
const PAUSES_MS = [1_000, 2_000, 5_000, 15_000]
/** The server tells something every two seconds; without a word for so long what is shown is old. */
const OLD_S = 10

export type Columns = Record<string, (number | string | null)[]>

export class Live {
  reading = $state.raw<Reading | null>(null)
  /** The plotted columns; a new object whenever something was added. */
  columns = $state.raw<Columns>({})
  /** Why nothing comes, where the server said so. */
  fault = $state.raw<unknown>(null)
  lost = $state(false)
  #api: Pick<Api, 'readings'>

  constructor(api: Pick<Api, 'readings'>) {
    this.#api = api
  }

  /** Whether what is shown is of now. */
  isOld(now_s: number): boolean {
    return this.lost || (this.reading !== null && now_s - this.reading.at_s > OLD_S)
  }

  /** Stays connected until the signal says otherwise, or the server says no. */
  async stay(signal: AbortSignal): Promise<void> {
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        for await (const events of this.#api.readings(signal)) {
          for (const event of events) this.#take(event)
          if (events.length > 0) {
            tries = 0
            this.lost = false
            this.fault = null
          }
        }
      } catch (fault) {
        if (signal.aborted) return
        this.fault = fault
        if (fault instanceof Refused && fault.status < 500 && fault.status !== 429) return
      }
      this.lost = true
      await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0, signal)
    }
  }

  #take(event: { event: string; data: unknown }): void {
    if (event.event === 'history') this.columns = event.data as Columns
    if (event.event !== 'reading') return
    const reading = event.data as Reading
    const known = this.columns.at_s ?? []
    this.reading = reading
    if (known[known.length - 1] !== reading.at_s) this.columns = appended(this.columns, pointOf(reading))
  }
}

/** What is plotted of a reading, under the names of the server's history. */
export function pointOf(reading: Reading): Record<string, number | string | null> {
  const asked = Object.fromEntries(reading.classes.map((one) => [`asked_${one.class}`, one.asked_per_s]))
  return {
    ...asked,
    at_s: reading.at_s,
    refused: reading.classes.reduce((sum, one) => sum + one.refused_per_s, 0),
    answered_tokens: reading.tokens_per_s.completion ?? 0,
    first_token_p95_s: reading.promise.first_token_p95_s,
    success: reading.promise.success,
    held: reading.engine.held,
    waiting: reading.engine.waiting,
    slots: reading.engine.slots,
    pressure: Math.max(0, ...Object.values(reading.shield.pressure)),
    posture: reading.shield.posture,
  }
}

/** The columns with one point more, and no longer than is remembered. A column that begins late is filled with nothing. */
export function appended(columns: Columns, point: Record<string, number | string | null>): Columns {
  const before = columns.at_s?.length ?? 0
  const names = new Set([...Object.keys(columns), ...Object.keys(point)])
  return Object.fromEntries(
    [...names].map((name) => [name, [...(columns[name] ?? Array<null>(before).fill(null)), point[name] ?? null].slice(-POINTS)]),
  )
}
