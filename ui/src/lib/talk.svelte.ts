// One conversation as it is seen and spoken. Knows its messages and the answer that is under way; draws nothing.

import { Cut, type Api, Unreachable } from './api'
import type { ChatEvent, Conversation, Message, Status } from './shapes'
import type { Trouble } from './trouble'

export interface Shown extends Message {
  /** Milliseconds on the page's clock between which reasoning was received; null when it was not seen here. */
  thinkingFrom_ms: number | null
  thinkingTo_ms: number | null
  /** False when the server told that the answer could not be kept. */
  saved: boolean
  /** True when the answer just ended at its length limit. */
  cutShort: boolean
  /** True when the service, being busy, eased the question: a shorter answer, less effort, a lighter model. */
  eased: boolean
}

export type Phase = 'idle' | 'sending' | 'waiting' | 'answering'

/** What a talk needs of the page: the server, words for trouble, and to be heard. */
export interface Surroundings {
  api: Api
  trouble(fault: unknown): Trouble
  troubleIn(event: Extract<ChatEvent, { event: 'error' }>): Trouble
  /** Until then messages would be shown otherwise than they end up. */
  ready(): Promise<void>
  begun(talk: Talk, conversation: Conversation): void
  ended(talk: Talk, status: Status): void
  model(): string
}

const REDRAW_MS = 33

export class Talk {
  /** Null until the server has begun it. Known before the conversation itself is, where an address names it. */
  id = $state<string | null>(null)
  conversation = $state<Conversation | null>(null)
  messages = $state<Shown[]>([])
  phase = $state<Phase>('idle')
  place = $state<number | null>(null)
  /** When the answer begins, as told while waiting in line, in milliseconds on the page's clock. */
  turn_ms = $state<number | null>(null)
  trouble = $state<Trouble | null>(null)
  /** What is in the composer. */
  draft = $state('')
  /** What has left the composer and is not yet acknowledged. */
  pending = $state('')
  loading = $state(false)
  missing = $state(false)
  // Getters and not $derived: a talk outlives the screen in whose effect it was made.
  get busy(): boolean {
    return this.phase !== 'idle'
  }
  /** All that was typed and that no server has acknowledged. */
  get unsent(): string {
    return [this.pending, this.draft].filter(Boolean).join('\n\n')
  }

  /** Whether the last answer ended in a failure of the service. */
  get failed(): boolean {
    return !this.busy && this.messages.at(-1)?.status === 'failed'
  }

  #around: Surroundings
  #abort: AbortController | null = null
  #attempt: { text: string; id: string } | null = null
  #heard = { text: '', reasoning: '' }
  #redraw: ReturnType<typeof setTimeout> | null = null

  constructor(around: Surroundings, id: string | null = null, conversation: Conversation | null = null) {
    this.#around = around
    this.id = id
    this.conversation = conversation
  }

  /** Fetches what the server has kept. */
  async load(id: string): Promise<void> {
    this.loading = true
    this.trouble = null
    try {
      const [{ conversation, messages }] = await Promise.all([this.#around.api.conversation(id), this.#around.ready()])
      this.conversation = conversation
      if (!this.busy) this.messages = messages.map(shown)
    } catch (fault) {
      const trouble = this.#around.trouble(fault)
      if (trouble.code === 'not_found') this.missing = true
      else this.trouble = trouble
    } finally {
      this.loading = false
    }
  }

  /** Asks. The text leaves the composer now and comes back to it if the server did not take it. */
  async send(): Promise<void> {
    const text = this.draft.trim()
    if (!text || this.busy) return
    this.draft = ''
    await this.#ask(text)
  }

  /** Asks once more what was answered with a failure; what is in the composer stays there. */
  async askAgain(): Promise<void> {
    if (this.failed && !this.busy) await this.#ask(this.#asked)
  }

  /** Brings the question that failed back into the composer, before what is written there. */
  takeBack(): void {
    if (this.draft.trim() !== this.#asked) this.draft = [this.#asked, this.draft].filter(Boolean).join('\n\n')
    this.trouble = null
  }

  async #ask(text: string): Promise<void> {
    // The same words tried again carry the same id, so that the server takes them once.
    const attempt = this.#attempt?.text === text ? this.#attempt : { text, id: crypto.randomUUID?.() ?? madeId() }
    this.#attempt = attempt
    this.pending = text
    this.trouble = null
    this.phase = 'sending'
    const before = this.messages.length
    this.messages.push(shown({ ...blank(attempt.id, 'user'), text }), shown({ ...blank('', 'assistant'), status: 'streaming' }))
    this.#abort = new AbortController()
    const heard = await this.#hear(attempt, this.#abort.signal)
    this.phase = 'idle'
    this.place = null
    this.turn_ms = null
    this.#abort = null
    if (heard === 'nothing') {
      this.messages.splice(before)
      this.pending = ''
      this.draft = this.draft ? `${text}\n\n${this.draft}` : text
    } else {
      // Nothing is lost by leaving the line: the question can be changed and sent again.
      if (heard === 'stopped' && !this.#answer.text && !this.#answer.reasoning && !this.draft) this.draft = text
      this.#around.ended(this, heard)
    }
  }

  stop(): void {
    this.#abort?.abort()
  }

  /** How the answer ended, or `nothing` where the server never took the question. */
  async #hear(attempt: { text: string; id: string }, signal: AbortSignal): Promise<Status | 'nothing'> {
    const question = {
      conversation_id: this.id,
      message_id: attempt.id,
      text: attempt.text,
      model: this.#around.model(),
    }
    let ended: Status | null = null
    try {
      for await (const events of this.#around.api.chat(question, signal)) {
        for (const event of events) ended = this.#take(event) ?? ended
        if (ended) break
      }
      if (!ended) throw new Unreachable('the stream ended early')
    } catch (fault) {
      if (signal.aborted) ended = 'stopped'
      else if (!ended) {
        const begun = this.phase !== 'sending'
        this.trouble = this.#around.trouble(begun && fault instanceof Unreachable ? new Cut() : fault)
        ended = 'interrupted'
      }
    }
    if (this.phase === 'sending') return 'nothing'
    this.#finish(ended)
    return ended
  }

  /** Takes one event in; gives the answer's end when it was that. */
  #take(event: ChatEvent): Status | null {
    switch (event.event) {
      case 'begun':
        this.#begin(event.data.conversation, event.data.answer_id)
        return null
      case 'waiting':
        this.phase = 'waiting'
        this.place = event.data.place
        this.turn_ms = event.data.wait_s == null ? null : performance.now() + event.data.wait_s * 1000
        return null
      case 'eased':
        this.#answer.eased = true
        return null
      case 'piece':
        this.phase = 'answering'
        this.place = null
        this.#grow(event.data)
        return null
      case 'done':
        this.#answer.saved = event.data.saved
        this.#answer.cutShort = event.data.finish === 'length'
        return event.data.status
      case 'error':
        this.trouble = this.#around.troubleIn(event)
        return 'failed'
      default:
        return null // A later server may say more than this page knows.
    }
  }

  #begin(conversation: Conversation, answerId: string): void {
    this.id = conversation.id
    this.conversation = conversation
    this.#attempt = null
    this.pending = ''
    this.phase = 'waiting'
    this.#heard = { text: '', reasoning: '' }
    this.#answer.id = answerId || 'answer'
    this.#answer.model = conversation.model
    this.#around.begun(this, conversation)
  }

  /** Tokens come faster than a screen is worth redrawing: they are shown a few at a time. */
  #grow(piece: { text?: string; reasoning?: string }): void {
    this.#heard.text += piece.text ?? ''
    this.#heard.reasoning += piece.reasoning ?? ''
    if (piece.reasoning) this.#answer.thinkingFrom_ms ??= performance.now()
    if (piece.text && this.#answer.thinkingFrom_ms !== null) this.#answer.thinkingTo_ms ??= performance.now()
    this.#redraw ??= setTimeout(() => this.#draw(), REDRAW_MS)
  }

  #draw(): void {
    if (this.#redraw) clearTimeout(this.#redraw)
    this.#redraw = null
    this.#answer.text = this.#heard.text
    this.#answer.reasoning = this.#heard.reasoning
  }

  #finish(status: Status): void {
    this.#draw()
    if (this.#answer.thinkingFrom_ms !== null) this.#answer.thinkingTo_ms ??= performance.now()
    this.#answer.status = status
  }

  /** The last question. */
  get #asked(): string {
    return this.messages.filter((each) => each.speaker === 'user').at(-1)?.text ?? ''
  }

  get #answer(): Shown {
    const last = this.messages.at(-1)
    if (last?.speaker !== 'assistant') throw new Error('no answer is under way')
    return last
  }
}

function shown(message: Message): Shown {
  return { ...message, thinkingFrom_ms: null, thinkingTo_ms: null, saved: true, cutShort: false, eased: false }
}

function blank(id: string, speaker: Message['speaker']): Message {
  return { id, speaker, text: '', reasoning: '', status: 'complete', created_at: Date.now() / 1000, model: '' }
}

/** For pages served over plain HTTP on a network, where randomUUID is not to be had. */
function madeId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
