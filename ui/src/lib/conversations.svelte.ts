// The list of conversations, newest first. Knows its order and its pages; knows no messages.

import type { Api } from './api'
import type { Conversation } from './shapes'

const PAGE = 50

export class Conversations {
  all = $state<Conversation[]>([])
  mayHaveMore = $state(false)
  #api: Api
  #cursor: string | null = null

  constructor(api: Api) {
    this.#api = api
  }

  start(first: Conversation[]): void {
    this.all = first
    this.mayHaveMore = first.length >= PAGE
    this.#cursor = null
  }

  /** Takes the newest in as the server has them now: what was begun, renamed or deleted on another page shows here. */
  renew(first: Conversation[]): void {
    const newest = first[0]?.updated_at ?? -Infinity
    const oldest = first.length >= PAGE ? (first.at(-1)?.updated_at ?? -Infinity) : -Infinity
    const told = new Set(first.map((each) => each.id))
    const here = this.all.filter((each) => !told.has(each.id))
    this.all = [
      ...here.filter((each) => each.updated_at > newest),
      ...first,
      ...here.filter((each) => each.updated_at < oldest),
    ]
  }

  /** Puts a conversation on top, or in its place with its new facts. */
  touch(conversation: Conversation): void {
    this.all = [conversation, ...this.all.filter((each) => each.id !== conversation.id)]
  }

  async rename(id: string, title: string): Promise<Conversation> {
    const renamed = await this.#api.rename(id, title)
    this.all = this.all.map((each) => (each.id === id ? renamed : each))
    return renamed
  }

  async remove(id: string): Promise<void> {
    await this.#api.remove(id)
    this.forget(id)
  }

  /** It is gone, whoever removed it. */
  forget(id: string): void {
    this.all = this.all.filter((each) => each.id !== id)
  }

  async more(): Promise<void> {
    if (!this.#cursor) {
      // The first page came with the page itself, which tells no cursor.
      this.#cursor = (await this.#api.conversations(null)).next
    }
    if (this.#cursor) {
      const page = await this.#api.conversations(this.#cursor)
      const known = new Set(this.all.map((each) => each.id))
      this.all = [...this.all, ...page.conversations.filter((each) => !known.has(each.id))]
      this.#cursor = page.next
    }
    this.mayHaveMore = this.#cursor !== null
  }
}
