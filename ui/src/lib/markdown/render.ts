// Markdown to safe HTML. Knows what an answer may contain; knows nothing of streams or screens.
//
// Two fences: the renderer turns raw HTML into visible text and makes only the elements below, and DOMPurify lets only
// those through. Pictures become links, so that no answer makes the reader's browser call a third party.

import { Marked, type Token, type TokensList } from 'marked'
import { Fence } from './fence'
import { formulas } from './math'

const fence = new Fence({
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'a', 'span', 'div'],
    ...['ul', 'ol', 'li', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  ALLOWED_ATTR: ['href', 'rel', 'target', 'class', 'start', 'align', 'tabindex', 'data-language'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  // Without this DOMPurify holds their values to the rule for links.
  ADD_URI_SAFE_ATTR: ['class', 'start', 'align', 'tabindex', 'rel', 'target'],
  ALLOW_ARIA_ATTR: false,
})

const parser = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escaped(text),
    heading({ tokens, depth }) {
      // The page's own headings are the first and second level.
      const level = Math.min(depth + 2, 6)
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`
    },
    code({ text, lang }) {
      const language = /^[\w+#.-]{1,24}/.exec(lang ?? '')?.[0] ?? ''
      const code = `<pre tabindex="0"><code>${escaped(text)}\n</code></pre>`
      return `<div class="code" data-language="${escaped(language)}">${code}</div>\n`
    },
    table(token) {
      const row = (cells: typeof token.header) => `<tr>${cells.map((cell) => this.tablecell(cell)).join('')}</tr>`
      const body = token.rows.length ? `<tbody>${token.rows.map(row).join('')}</tbody>` : ''
      return `<div class="table" tabindex="0"><table><thead>${row(token.header)}</thead>${body}</table></div>\n`
    },
    listitem(item) {
      return `<li${item.task ? ' class="task"' : ''}>${this.parser.parse(item.tokens)}</li>\n`
    },
    checkbox: ({ checked }) => `<span class="tick">${checked ? '☑' : '☐'}</span> `,
    link({ href, tokens }) {
      return link(href, this.parser.parseInline(tokens))
    },
    image: ({ href, text }) => link(href, escaped(text || href)),
  },
})

parser.use(formulas(escaped))

export function lex(markdown: string): TokensList {
  return parser.lexer(markdown)
}

/** One block as HTML that may be put into the page. `links` are the text's link definitions. */
export function render(token: Token, links: TokensList['links']): string {
  return fence.safe(parser.parser(Object.assign([token], { links })))
}

function link(href: string, content: string): string {
  if (!/^(?:https?:\/\/|mailto:)/i.test(href)) return content
  return `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer nofollow">${content}</a>`
}

function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character)
}
