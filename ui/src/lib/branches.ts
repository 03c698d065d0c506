// A conversation's messages as a tree, and the way through it that is shown. Knows which follows which; draws nothing.

import type { Message } from './shapes'

/** Among the messages with one parent: which this is, and those beside it. */
export interface Versions {
  at: number
  of: number
  before: string | null
  after: string | null
}

/** Never changed: what differs is another tree. */
export class Tree {
  #messages: ReadonlyMap<string, Message>
  #children = new Map<string | null, string[]>()

  /** In the order in which they were said. */
  constructor(messages: Iterable<Message> = []) {
    this.#messages = new Map(Array.from(messages, (each) => [each.id, each]))
    for (const { id } of this.#messages.values()) {
      const parent = this.#parent(id)
      this.#children.set(parent, [...(this.#children.get(parent) ?? []), id])
    }
  }

  /** With these in the place of those of the same id, or at the end. */
  with(...messages: Message[]): Tree {
    const all = new Map(this.#messages)
    for (const each of messages) all.set(each.id, each)
    return new Tree(all.values())
  }

  /** From the first message to that one; to the newest where there is none of that id. */
  path(leaf: string | null | undefined): Message[] {
    const path: Message[] = []
    let id = leaf && this.#messages.has(leaf) ? leaf : (Array.from(this.#messages.keys()).at(-1) ?? null)
    while (id !== null) {
      const message = this.#messages.get(id)
      if (!message || path.length > this.#messages.size) break
      path.push(message)
      id = this.#parent(id)
    }
    return path.reverse()
  }

  has(id: string): boolean {
    return this.#messages.has(id)
  }

  versions(id: string): Versions {
    const beside = this.#messages.has(id) ? (this.#children.get(this.#parent(id)) ?? [id]) : [id]
    const at = beside.indexOf(id)
    return { at: at + 1, of: beside.length, before: beside[at - 1] ?? null, after: beside[at + 1] ?? null }
  }

  /** Where the branch ends that goes through that message: always on to what was said last. */
  leafBelow(id: string): string {
    let leaf = id
    for (let left = this.#messages.size; left > 0; left--) leaf = this.#children.get(leaf)?.at(-1) ?? leaf
    return leaf
  }

  /** A parent that is not here counts as none, so that no message is out of reach. */
  #parent(id: string): string | null {
    const parent = this.#messages.get(id)?.parent_id
    return parent && this.#messages.has(parent) ? parent : null
  }
}
