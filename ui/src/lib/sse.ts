// Server-sent events out of a fetch stream. Knows the wire's grammar; knows nothing of what the events mean.

export interface ServerEvent {
  event: string
  data: string
}

/** Takes text as it arrives, cut anywhere, and gives the events that are whole. */
export class SseParser {
  #rest = ''
  #event = ''
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
    return null
  }

  #dispatch(): ServerEvent | null {
    const event = { event: this.#event || 'message', data: this.#data.join('\n') }
    const empty = this.#data.length === 0
    this.#event = ''
    this.#data = []
    return empty ? null : event
  }
}

/** The events of a response's body, until it ends. Leaving the loop cancels the stream. */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent[]> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const parser = new SseParser()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const events = parser.push(decoder.decode(value, { stream: true }))
      if (events.length) yield events
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
