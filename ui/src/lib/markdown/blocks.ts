// An answer as blocks that freeze while it grows. Knows which blocks can no longer change; knows no page.
//
// Rendering the whole text at each token takes time that grows with its square. Here only the last two blocks are looked
// at again: the last may still grow, and may yet turn out to be the continuation of the one before (a list's next item
// begins as a paragraph).

import type { Token } from 'marked'
import { lex, render } from './render'

const OPEN_BLOCKS = 2

export interface Block {
  /** Where it starts in the text: its name while it lives. */
  start: number
  html: string
  /** It will not grow any more: what is costly may be done to it. */
  settled: boolean
}

export class GrowingText {
  #text = ''
  #frozen: Block[] = []
  #frozenEnd = 0
  /** Of the blocks that are still open, by place and source: mostly only the last of them has grown. */
  #open = new Map<string, Block>()

  /** The blocks of the text so far. A finished text is read once more as a whole, for links that are defined at its end. */
  update(raw: string, finished: boolean): Block[] {
    // The lexer counts a line end as one character, so that ours must be one too.
    const text = raw.replace(/\r\n?/g, '\n')
    if (finished || !text.startsWith(this.#text)) this.#forget()
    this.#text = text
    const tokens = lex(text.slice(this.#frozenEnd))
    const open: Block[] = []
    let start = this.#frozenEnd
    const before = this.#open
    this.#open = new Map()
    for (const token of tokens) {
      if (token.type !== 'space' && token.type !== 'def') {
        const key = `${start} ${token.raw}`
        const block = before.get(key) ?? { start, html: render(token, tokens.links), settled: finished || isClosedCode(token) }
        this.#open.set(key, block)
        open.push(block)
      }
      start += token.raw.length
    }
    if (finished) return open
    this.#freeze(open)
    return [...this.#frozen, ...open]
  }

  #freeze(open: Block[]): void {
    const done = open.splice(0, Math.max(0, open.length - OPEN_BLOCKS))
    if (!done.length) return
    this.#frozen.push(...done.map((block) => (block.settled ? block : { ...block, settled: true })))
    this.#frozenEnd = open[0]?.start ?? this.#frozenEnd
  }

  #forget(): void {
    this.#frozen = []
    this.#frozenEnd = 0
    this.#open.clear()
  }
}

/** A fence that has its end: nothing can be added inside. */
function isClosedCode(token: Token): boolean {
  return token.type === 'code' && /\n {0,3}(?:`{3,}|~{3,})[ \t]*\n*$/.test(token.raw)
}
