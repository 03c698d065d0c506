// The answer that is under way, written into a message as it is heard. Knows events and how they end; knows no conversation.

import type { Api } from './api'
import { hear } from './hearing'
import type { ChatEvent, Conversation, Question, Status } from './shapes'
import { shown, type Shown } from './shown'

export type Phase = 'idle' | 'sending' | 'waiting' | 'answering'

/** How hearing came to its end: `nothing` where the server never took the question, `left` where nobody hears any more. */
export type Outcome = Status | 'nothing' | 'left'

/** Whose answer it is. */
export interface Host {
  api: Pick<Api, 'chat' | 'answer' | 'stopAnswer'>
  /** The message that is written. */
  answer(): Shown
  /** The server has taken the question. */
  begun(conversation: Conversation, answer_id: string): void
  fault(fault: unknown): void
  refused(event: Extract<ChatEvent, { event: 'error' }>): void
}

/** Who stops a question that the server has not taken yet gets it back after so long. */
const UNTAKEN_MS = 2_000

export class Answering {
  phase = $state<Phase>('idle')
  place = $state<number | null>(null)
  /** When the answer begins, as told while waiting in line, in milliseconds on the page's clock. */
  turn_ms = $state<number | null>(null)
  /** That moment is later than one that was told before. */
  grew = $state(false)
  /** The answer goes on, but the connection to it is lost for now. */
  lost = $state(false)
  /** The answer that is heard, or was last. */
  id = ''

  #host: Host
  #abort: AbortController | null = null
  #stopWanted = false
  #heard = { text: '', reasoning: '' }

  constructor(host: Host) {
    this.#host = host
  }

  /** Asks, or goes on with an answer that is named, and hears it to its end. */
  async follow(what: Question | { answer_id: string }): Promise<Outcome> {
    this.id = 'answer_id' in what ? what.answer_id : ''
    this.phase = 'answer_id' in what ? 'answering' : 'sending'
    this.#heard = { text: '', reasoning: '' }
    this.#stopWanted = false
    this.#abort = new AbortController()
    const outcome = await this.#hear(what, this.#abort.signal)
    this.phase = 'idle'
    this.lost = false
    this.place = this.turn_ms = this.#abort = null
    this.grew = false
    return outcome
  }

  /** Ends the answer, which otherwise goes on without this page. */
  stop(): void {
    this.#stopWanted = true
    if (this.phase === 'sending') setTimeout(() => this.phase === 'sending' && this.leave(), UNTAKEN_MS)
    else if (this.phase !== 'idle') void this.#host.api.stopAnswer(this.id).catch((fault) => this.#host.fault(fault))
  }

  /** Hears no more. The answer goes on. */
  leave(): void {
    this.#abort?.abort()
  }

  async #hear(what: Question | { answer_id: string }, signal: AbortSignal): Promise<Outcome> {
    let ended: Status | null = null
    try {
      for await (const events of hear(this.#host.api, what, signal, { lost: (is) => (this.lost = is) })) {
        for (const event of events) ended = this.#take(event) ?? ended
        this.#draw()
      }
    } catch (fault) {
      if (!signal.aborted) this.#host.fault(fault)
    }
    if (this.phase === 'sending') return 'nothing'
    if (signal.aborted) return 'left'
    return this.#finish(ended ?? 'interrupted')
  }

  /** Takes one event in; gives the answer's end when it was that. */
  #take(event: ChatEvent): Status | null {
    const answer = this.#host.answer()
    switch (event.event) {
      case 'begun':
        this.#begin(event.data.conversation, event.data.answer_id)
        return null
      case 'waiting':
        this.phase = 'waiting'
        this.place = event.data.place
        this.turn_ms = event.data.wait_s == null ? null : performance.now() + event.data.wait_s * 1000
        this.grew ||= event.data.longer === true
        return null
      case 'eased':
        answer.eased = [...(answer.eased ?? []), ...event.data.codes]
        return null
      case 'piece':
        this.#grow(event.data)
        return null
      case 'state':
        Object.assign(answer, shown(event.data.message))
        this.#heard = { text: answer.text, reasoning: answer.reasoning }
        return null
      case 'done':
        answer.saved = event.data.saved
        answer.cutShort = event.data.finish === 'length'
        answer.usage = event.data.usage ?? answer.usage ?? null
        answer.timings = event.data.timings ?? answer.timings ?? null
        return event.data.status
      case 'error':
        this.#host.refused(event)
        return 'failed'
      default:
        return null // A later server may say more than this page knows.
    }
  }

  #begin(conversation: Conversation, answer_id: string): void {
    this.id = answer_id
    if (this.phase === 'sending') this.phase = 'waiting'
    this.#host.begun(conversation, answer_id)
    if (this.#stopWanted) this.stop()
  }

  #grow(piece: { text?: string; reasoning?: string }): void {
    const answer = this.#host.answer()
    this.phase = 'answering'
    this.place = null
    this.#heard.text += piece.text ?? ''
    this.#heard.reasoning += piece.reasoning ?? ''
    if (piece.reasoning) answer.thinkingFrom_ms ??= performance.now()
    if (piece.text && answer.thinkingFrom_ms !== null) answer.thinkingTo_ms ??= performance.now()
  }

  /** Shows what was heard, once for a handful of tokens. */
  #draw(): void {
    const answer = this.#host.answer()
    // What was kept before stays until what is heard anew has caught up with it.
    if (this.#heard.text.length >= answer.text.length) answer.text = this.#heard.text
    if (this.#heard.reasoning.length >= answer.reasoning.length) answer.reasoning = this.#heard.reasoning
  }

  #finish(status: Status): Status {
    const answer = this.#host.answer()
    if (answer.thinkingFrom_ms !== null) answer.thinkingTo_ms ??= performance.now()
    answer.status = status
    return status
  }
}
