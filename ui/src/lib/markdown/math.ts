// Where formulas stand in Markdown. Knows their delimiters; typesets nothing.
//
// A dollar is money more often than mathematics, so Pandoc's rule holds: no space inside the dollars, and neither a digit
// nor a letter after the closing one.

import type { MarkedExtension, TokenizerAndRendererExtension, Tokens } from 'marked'

interface Formula extends Tokens.Generic {
  text: string
  display: boolean
}

// A longer one is nobody's formula; and looking for its end must not take the time of the whole text.
const LONGEST = 8_000
const INLINE: [RegExp, boolean][] = [
  [/^\\\(((?:[^\\]|\\[^)])+)\\\)/, false],
  [/^\\\[((?:[^\\]|\\[^\]])+)\\\]/, true],
  [/^\$\$((?:\\.|[^\\$])+)\$\$/, true],
  [/^\$((?:\\.|[^\\$\s])(?:(?:\\.|[^\\$\n])*(?:\\.|[^\\$\s]))?)\$(?![0-9A-Za-z])/, false],
]
const BLOCK = /^ {0,3}(?:\$\$((?:\\[^]|[^\\$]|\$(?!\$))+)\$\$|\\\[((?:[^\\]|\\[^\]])+)\\\])[ \t]*(?:\n+|$)/

/** The elements' text is TeX; `finishing.ts` has it typeset once the block stands in the page. */
export function formulas(escaped: (text: string) => string): MarkedExtension {
  const renderer = (name: 'div' | 'span') => (token: Tokens.Generic) => {
    const { text, display } = token as Formula
    return `<${name} class="math${display ? ' display' : ''}">${escaped(text)}</${name}>${name === 'div' ? '\n' : ''}`
  }
  const inline: TokenizerAndRendererExtension = {
    name: 'formula',
    level: 'inline',
    start: (text) => at(text.search(/\$|\\[([]/)),
    tokenizer: (text) => inlineFormula(text.slice(0, LONGEST)),
    renderer: renderer('span'),
  }
  const block: TokenizerAndRendererExtension = {
    name: 'formulaBlock',
    level: 'block',
    start: (text) => at(text.search(/\n {0,3}(?:\$\$|\\\[)/), 1),
    tokenizer: (text) => blockFormula(text.slice(0, LONGEST)),
    renderer: renderer('div'),
  }
  return { extensions: [inline, block] }
}

function inlineFormula(text: string): Formula | undefined {
  for (const [pattern, display] of INLINE) {
    const found = pattern.exec(text)
    if (found) return { type: 'formula', raw: found[0], text: (found[1] ?? '').trim(), display }
  }
  return undefined
}

function blockFormula(text: string): Formula | undefined {
  const found = BLOCK.exec(text)
  return found ? { type: 'formulaBlock', raw: found[0], text: (found[1] ?? found[2] ?? '').trim(), display: true } : undefined
}

function at(found: number, after = 0): number | undefined {
  return found < 0 ? undefined : found + after
}
