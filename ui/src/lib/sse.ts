// Server-sent events out of a fetch stream. Knows the wire's grammar; knows nothing of what the events mean.

export interface ServerEvent {
  event: string
  data: string
  /** What the server names the last event that came: from there one can go on. Empty until it names one. */
  id: string
}

/** Takes text as it arrives, cut anywhere, and gives the events that are whole. */
export class SseParser {
  #rest = ''
  #event = ''
  #id = ''
  #data: string[] = []

  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = []
    this.#rest += text
    let from = 0
    // A carriage return at the very end may be half of a line end: it waits for what follows.
    for (const end of this.#rest.matchAll(/\r\n|\n|\r(?!$)/g)) {
      const event = this.#line(this.#rest.slice(from, end.index))
      if (event) events.push(event)
      from = end.index + end[0].length
    }
    this.#rest = this.#rest.slice(from)
    return events
  }

  #line(line: string): ServerEvent | null {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return null // A comment: the server's sign of life.
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#event = value
    else if (field === 'data') this.#data.push(value)
    else if (field === 'id') this.#id = value
    return null
  }

  #dispatch(): ServerEvent | null {
    const event = { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id }
    const empty = this.#data.length === 0
    this.#event = ''
    this.#data = []
    return empty ? null : event
  }
}

/** Longer than the server ever keeps silent: its signs of life come at most 60 s apart. */
const SILENCE_MS = 75_000

/** A browser wakes the page for each packet that it waits for, hundreds a second. Read at this pace it hands over what has come in
 *  the meantime at once: thirteen times a second, faster than one reads, and on a slow machine no more often than it can bear: what
 *  follows an event in script is a twentieth of the time at most, and layout and paint about twice that. */
const PACE_MS = { least: 75, most: 250, timesTheWork: 20 }

/** The events of a response's body, until it ends, a handful at a time. Leaving the loop cancels the stream. A connection that has died
 *  without a word (a phone that changed its network) is told by silence alone, and is thrown as an error. */
export async function* serverEvents(body: ReadableStream<Uint8Array>, silence_ms = SILENCE_MS): AsyncGenerator<ServerEvent[]> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const parser = new SseParser()
  try {
    for (;;) {
      const { done, value } = await within(silence_ms, reader.read())
      if (done) return
      const events = parser.push(decoder.decode(value, { stream: true }))
      if (!events.length) continue
      const told_ms = performance.now()
      yield events
      const work_ms = performance.now() - told_ms
      await new Promise((resolve) => setTimeout(resolve, Math.min(PACE_MS.most, Math.max(PACE_MS.least, work_ms * PACE_MS.timesTheWork))))
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function within<T>(limit_ms: number, awaited: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error('no sign of life')), limit_ms)))
  try {
    return await Promise.race([awaited, late])
  } finally {
    clearTimeout(timer)
  }
}
