// The conversations that are listed. Knows their order and their pages; knows no messages.

import type { LibraryApi, Which } from './library/api'
import type { Conversation } from './shapes'

const PAGE = 50
const A_FOLDER = 200

/** Pinned ones first, then by last use: as the server has it. */
export function inOrder(a: Conversation, b: Conversation): number {
  return Number(b.pinned ?? false) - Number(a.pinned ?? false) || b.updated_at - a.updated_at
}

export class Conversations {
  all = $state<Conversation[]>([])
  mayHaveMore = $state(false)
  /** Put away; null until somebody looks. */
  archived = $state<Conversation[] | null>(null)
  #api: Pick<LibraryApi, 'page'>
  #cursor: string | null = null
  #asked = 0
  #told = 0
  /** What is gone, each with the last question that may still be answered with it. */
  #gone = new Map<string, number>()

  constructor(api: Pick<LibraryApi, 'page'>) {
    this.#api = api
  }

  start(first: Conversation[]): void {
    this.all = first
    this.mayHaveMore = first.length >= PAGE
    this.#cursor = null
    this.archived = null
  }

  /** A number for the question what the newest are, which `renew` is told with the answer. */
  asking(): number {
    return ++this.#asked
  }

  /** Takes the newest in as the server has them now: what was begun, renamed or deleted on another page shows here.
   *  Answers may come late: behind that to a later question, or behind a deletion that they know nothing of. */
  renew(page: Conversation[], asked = this.asking()): void {
    if (asked < this.#told) return
    this.#told = asked
    const first = page.filter((each) => (this.#gone.get(each.id) ?? 0) < asked)
    const told = new Set(first.map((each) => each.id))
    const last = page.length >= PAGE ? page.at(-1) : undefined
    const newest = Math.max(-Infinity, ...first.map((each) => each.updated_at))
    // Of the others only those stay that this page could not tell of: begun since, or further down.
    const stays = (each: Conversation) => each.updated_at > newest || (last !== undefined && inOrder(last, each) < 0)
    const here = this.all.filter((each) => !told.has(each.id) && stays(each))
    this.all = [...first, ...here].sort(inOrder)
  }

  /** Puts a conversation in its place with its new facts. */
  touch(conversation: Conversation): void {
    const others = (list: Conversation[]) => list.filter((each) => each.id !== conversation.id)
    const placed = (list: Conversation[]) => [conversation, ...others(list)].sort(inOrder)
    this.all = conversation.archived ? others(this.all) : placed(this.all)
    if (this.archived) this.archived = conversation.archived ? placed(this.archived) : others(this.archived)
  }

  /** It is gone, whoever removed it. */
  forget(id: string): void {
    this.#gone.set(id, this.#asked)
    this.all = this.all.filter((each) => each.id !== id)
    if (this.archived) this.archived = this.archived.filter((each) => each.id !== id)
  }

  find(id: string): Conversation | null {
    return [...this.all, ...(this.archived ?? [])].find((each) => each.id === id) ?? null
  }

  async more(): Promise<void> {
    // The first page came with the page itself, which tells no cursor.
    this.#cursor ??= (await this.#api.page()).next
    if (this.#cursor) {
      const page = await this.#api.page({ before: this.#cursor })
      this.#add(page.conversations)
      this.#cursor = page.next
    }
    this.mayHaveMore = this.#cursor !== null
  }

  /** All that a folder holds, however long ago it was used. */
  async openFolder(folder: string): Promise<void> {
    this.#add(await this.#whole({ folder }))
  }

  async openArchive(): Promise<void> {
    this.archived = await this.#whole({ archived: true })
  }

  async #whole(which: Which): Promise<Conversation[]> {
    const found: Conversation[] = []
    for (let before: string | null | undefined; before !== null; ) {
      const page = await this.#api.page({ ...which, limit: A_FOLDER, before: before ?? null })
      found.push(...page.conversations)
      before = page.next
    }
    return found
  }

  #add(conversations: Conversation[]): void {
    const known = new Set(this.all.map((each) => each.id))
    this.all = [...this.all, ...conversations.filter((each) => !known.has(each.id))].sort(inOrder)
  }
}
