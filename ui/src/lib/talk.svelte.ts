// One conversation as it is seen and spoken. Knows its messages and the answer that is under way; draws nothing.

import { Answering, type Outcome, type Phase } from './answering.svelte'
import { Tree, type Versions } from './branches'
import type { Api } from './api'
import type { Change } from './library/shapes'
import type { Attachment, ChatEvent, Conversation, Question, SettledConversation, Status } from './shapes'
import { blank, kept, newId, renewed, shown, type Shown } from './shown'
import type { Trouble } from './trouble'

export type { Shown } from './shown'

/** What a talk needs of the page: the server, words for trouble, and to be heard. */
export interface Surroundings {
  api: Pick<Api, 'chat' | 'answer' | 'stopAnswer' | 'conversation' | 'showBranch'>
  trouble(fault: unknown): Trouble
  troubleIn(event: Extract<ChatEvent, { event: 'error' }>): Trouble
  /** Until then messages would be shown otherwise than they end up. */
  ready(): Promise<void>
  begun(talk: Talk, conversation: Conversation): void
  ended(talk: Talk, status: Status): void
  model(): string
}

/** What is asked: new words after a message, other words in the place of some, or (null) another answer. */
interface Asking {
  text: string | null
  /** The message that it follows, null for the first. */
  after: string | null
  attached: Attachment[]
}

export class Talk {
  /** Null until the server has begun it. Known before the conversation itself is, where an address names it. */
  id = $state<string | null>(null)
  conversation = $state<SettledConversation | null>(null)
  /** How a conversation that is not begun yet is to be. */
  wish = $state<Pick<Change, 'instructions' | 'sampling'> & { folder_id?: string }>({})
  /** Of all branches the one that is shown. */
  messages = $state<Shown[]>([])
  trouble = $state<Trouble | null>(null)
  /** What is in the composer, and what goes with it. */
  draft = $state('')
  attached = $state<Attachment[]>([])
  /** The message that is being changed, with its words as they stand in the field. */
  editing = $state<{ id: string; text: string } | null>(null)
  /** What has left the composer and is not yet acknowledged. */
  pending = $state('')
  loading = $state(false)
  missing = $state(false)
  /** The person wants what was refused to be asked again as soon as that may help. */
  insistent = $state(false)
  // Getters and not $derived: a talk outlives the screen in whose effect it was made.
  get phase(): Phase {
    return this.#answering.phase
  }
  get busy(): boolean {
    return this.phase !== 'idle'
  }
  get place(): number | null {
    return this.#answering.place
  }
  get turn_ms(): number | null {
    return this.#answering.turn_ms
  }
  get grew(): boolean {
    return this.#answering.grew
  }
  /** The answer goes on, but the connection to it is lost for now. */
  get lost(): boolean {
    return this.#answering.lost
  }
  /** All that was typed and that no server has acknowledged. */
  get unsent(): string {
    return [this.pending, this.draft].filter(Boolean).join('\n\n')
  }
  /** Whether the last answer ended in a failure of the service. */
  get failed(): boolean {
    return !this.busy && this.messages.at(-1)?.status === 'failed'
  }

  get lastAsked(): Shown | undefined {
    return this.messages.filter(({ speaker }) => speaker === 'user').at(-1)
  }

  #around: Surroundings
  #tree = $state.raw(new Tree())
  #answering: Answering
  #retry: (() => Promise<void>) | null = null
  #attempt: { key: string; id: string } | null = null

  constructor(around: Surroundings, id: string | null = null, conversation: Conversation | null = null) {
    this.#around = around
    this.#answering = new Answering({
      api: around.api,
      answer: () => this.#answer,
      begun: (conversation, answer_id) => this.#begun(conversation, answer_id),
      fault: (fault) => (this.trouble = around.trouble(fault)),
      refused: (event) => (this.trouble = around.troubleIn(event)),
    })
    this.id = id
    this.conversation = conversation
  }

  /** Fetches what the server has kept, and goes on hearing what is still being said. */
  async load(id: string): Promise<void> {
    this.loading = true
    this.trouble = null
    try {
      await this.#fetch(id)
    } catch (fault) {
      const trouble = this.#around.trouble(fault)
      if (trouble.code === 'not_found') this.missing = true
      else this.trouble = trouble
    } finally {
      this.loading = false
    }
  }

  /** The same in passing, because something happened elsewhere. What fails is told where somebody acts. */
  async renew(answer_id = ''): Promise<void> {
    if (this.id === null || this.busy || this.loading || (answer_id !== '' && answer_id === this.#answering.id)) return
    await this.#fetch(this.id).catch(() => undefined)
  }

  /** Asks. The text leaves the composer now and comes back to it if the server did not take it. */
  async send(): Promise<void> {
    const text = this.draft.trim()
    if (text && !this.busy) await this.#say(text, '')
  }

  /** Asks with these words; `rest` stays in the composer. */
  async #say(text: string, rest: string): Promise<void> {
    const attached = this.attached
    this.draft = rest
    this.attached = []
    const outcome = await this.#ask({ text, after: this.messages.at(-1)?.id ?? null, attached })
    if (outcome === 'nothing') {
      this.#retry = () => this.#sayAgain(text)
      this.draft = this.draft ? `${text}\n\n${this.draft}` : text
      this.attached = [...attached, ...this.attached]
    }
    // Nothing is lost by leaving the line: the question can be changed and sent again.
    else if (outcome === 'stopped' && this.#saidNothing && !this.draft) this.draft = text
  }

  /** What was refused, and not what was written behind it meanwhile. Words that were changed are sent by hand alone. */
  async #sayAgain(text: string): Promise<void> {
    if (this.draft.startsWith(text)) await this.#say(text, this.draft.slice(text.length).trimStart())
    else if (this.insistent) this.insistent = false
    else await this.send()
  }

  /** Another answer to the question that the message answers; the one that is there stays as a branch. */
  async regenerate(answer: Shown | undefined = this.messages.at(-1)): Promise<void> {
    if (answer?.speaker !== 'assistant' || !answer.parent_id || this.busy) return
    const outcome = await this.#ask({ text: null, after: answer.parent_id, attached: [] })
    if (outcome === 'nothing') this.#retry = () => this.regenerate(answer)
  }

  edit(message: Shown, text = message.text): void {
    this.editing = { id: message.id, text }
  }

  /** Asks with the changed words, as a branch beside the message; they come back into the field if they were not taken. */
  async sendEdited(): Promise<void> {
    const message = this.messages.find(({ id }) => id === this.editing?.id)
    const text = this.editing?.text.trim()
    if (!message || !text || this.busy) return
    this.editing = null
    const outcome = await this.#ask({ text, after: message.parent_id ?? null, attached: message.attachments ?? [] })
    if (outcome !== 'nothing') return
    this.edit(message, text)
    this.#retry = () => this.sendEdited()
  }

  versions(message: Shown): Versions {
    return this.#tree.versions(message.id)
  }

  /** Shows another branch, here and on the person's other pages. */
  show(id: string): void {
    if (this.busy) return
    const leaf = this.#tree.leafBelow(id)
    this.editing = this.trouble = null
    this.#take_in(this.#tree, leaf)
    if (this.id) void this.#around.api.showBranch(this.id, leaf).catch(() => undefined)
  }

  /** Shows a branch that has that message, unless it is shown already. */
  showAround(id: string): void {
    if (!this.messages.some((each) => each.id === id) && this.#tree.has(id)) this.show(id)
  }

  /** Asks once more what was refused, or answered with a failure; what else is written stays where it is. */
  async askAgain(): Promise<void> {
    const retry = this.#retry ?? (() => this.regenerate())
    this.trouble = null
    if (!this.busy) await retry()
  }

  /** Brings the question that failed back into the composer, before what is written there. */
  takeBack(): void {
    const asked = this.lastAsked?.text ?? ''
    if (this.draft.trim() !== asked) this.draft = [asked, this.draft].filter(Boolean).join('\n\n')
    this.trouble = null
  }

  /** Ends the answer, which otherwise goes on without this page. */
  stop(): void {
    this.#answering.stop()
  }

  /** Hears no more. The answer goes on. */
  leave(): void {
    this.#answering.leave()
  }

  async #fetch(id: string): Promise<void> {
    const [{ conversation, messages }] = await Promise.all([this.#around.api.conversation(id), this.#around.ready()])
    this.conversation = conversation
    if (!this.busy) this.#take_in(new Tree(messages), conversation.leaf_id)
  }

  #take_in(tree: Tree, leaf: string | null | undefined): void {
    this.#tree = tree
    this.messages = renewed(this.messages, tree.path(leaf))
    const last = this.messages.at(-1)
    if (last?.status === 'streaming') void this.#follow({ answer_id: last.id })
  }

  async #ask({ text, after, attached }: Asking): Promise<Outcome> {
    // The same tried again carries the same id, so that the server takes it once.
    const key = JSON.stringify([after, text])
    this.#attempt = this.#attempt?.key === key ? this.#attempt : { key, id: newId() }
    const { id } = this.#attempt
    const before = this.messages
    const path = before.slice(0, before.findIndex((each) => each.id === after) + 1)
    const asked = text === null ? [] : [shown({ ...blank(id, 'user', after), text, attachments: attached })]
    this.messages = [...path, ...asked, shown({ ...blank('', 'assistant', text === null ? after : id), status: 'streaming' })]
    this.pending = text ?? ''
    this.trouble = this.#retry = null
    const question: Question = { conversation_id: this.id, message_id: id, text, model: this.#around.model() }
    // Where nothing is shown (it could not be loaded) the server knows best what comes last.
    if (before.length) question.parent_id = after ?? ''
    if (attached.length) question.attachments = attached.map((each) => each.id)
    if (this.id === null) Object.assign(question, $state.snapshot(this.wish))
    const outcome = await this.#follow(question)
    this.pending = ''
    if (outcome === 'nothing') this.messages = before
    else if (outcome !== 'failed') this.insistent = false
    return outcome
  }

  /** Hears an answer to its end. */
  async #follow(what: Question | { answer_id: string }): Promise<Outcome> {
    const outcome = await this.#answering.follow(what)
    if (outcome === 'nothing' || outcome === 'left') return outcome
    this.#tree = this.#tree.with(kept($state.snapshot(this.#answer)))
    this.#around.ended(this, outcome)
    return outcome
  }

  #begun(conversation: Conversation, answer_id: string): void {
    this.id = conversation.id
    this.conversation = conversation
    this.#attempt = null
    this.pending = ''
    this.#answer.id = answer_id
    this.#answer.model = conversation.model
    this.#tree = this.#tree.with(...this.messages.slice(-2).map((each) => kept($state.snapshot(each))))
    this.#around.begun(this, conversation)
  }

  get #saidNothing(): boolean {
    return !this.#answer.text && !this.#answer.reasoning
  }

  get #answer(): Shown {
    const last = this.messages.at(-1)
    if (last?.speaker !== 'assistant') throw new Error('no answer is under way')
    return last
  }
}
