// The conversations of this page: the one that is shown, and those that go on behind it. Knows their drafts; draws nothing.

import type { Conversations } from './conversations.svelte'
import { keepFiles, recallFiles } from './library/drafted'
import type { Router } from './router.svelte'
import type { AccountEvent, Conversation } from './shapes'
import { keep, recall } from './storage'
import { Talk, type Surroundings } from './talk.svelte'

export class Talks {
  shown: Talk
  /** The message that a search led to, until it is shown. */
  sought = $state<{ id: string; message_id: string } | null>(null)

  #begun = new Map<string, Talk>()
  #around: Surroundings
  #list: Conversations
  #router: Router

  constructor(around: Omit<Surroundings, 'begun'>, list: Conversations, router: Router) {
    this.#around = { ...around, begun: (talk, conversation) => this.#begin(talk, conversation) }
    this.#list = list
    this.#router = router
    this.shown = $state.raw(this.#fresh())
  }

  /** Shows the conversation of that id, or an empty one. What is under way elsewhere goes on. */
  show(id: string | null): void {
    if (this.shown.id === id) return
    this.shown = id === null ? this.#fresh() : (this.#begun.get(id) ?? this.#loaded(id))
  }

  /** Opens a conversation at one of its messages. */
  showAt(id: string, message_id: string | null): void {
    this.sought = message_id === null ? null : { id, message_id }
    this.goTo(id)
  }

  goTo(id: string): void {
    this.#router.go(`/c/${encodeURIComponent(id)}`)
  }

  settled(conversation: Conversation): void {
    const talk = this.#begun.get(conversation.id)
    if (talk) talk.conversation = { ...talk.conversation, ...conversation }
  }

  removed(id: string): void {
    this.#begun.get(id)?.leave()
    this.#begun.delete(id)
    if (this.shown.id === id) this.#router.go('/', { replace: true })
  }

  /** What was done on another page of this person shows here. */
  happened({ event, data }: AccountEvent): void {
    const talk = 'conversation_id' in data ? this.#begun.get(data.conversation_id) : undefined
    if (!talk) return
    talk.missing = event === 'removed'
    if (event !== 'removed') void talk.renew('answer_id' in data ? data.answer_id : '')
  }

  /** After its person has left. */
  forget(): void {
    for (const talk of [this.shown, ...this.#begun.values()]) talk.leave()
    this.#begun.clear()
    this.shown = this.#fresh()
  }

  #fresh(): Talk {
    return this.#drafted(new Talk(this.#around), 'new')
  }

  #loaded(id: string): Talk {
    const talk = this.#drafted(new Talk(this.#around, id, this.#list.find(id)), id)
    this.#begun.set(id, talk)
    void talk.load(id)
    return talk
  }

  #drafted(talk: Talk, name: string): Talk {
    talk.draft = recall(`draft.${name}`) ?? ''
    talk.attached = recallFiles(name)
    return talk
  }

  #begin(talk: Talk, conversation: Conversation): void {
    this.#list.touch(conversation)
    if (this.#begun.get(conversation.id) === talk) return
    this.#begun.set(conversation.id, talk)
    keep('draft.new', null)
    keepFiles('new', [])
    if (this.shown === talk) this.goTo(conversation.id)
  }
}
