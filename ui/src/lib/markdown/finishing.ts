// What is done to a block once it stands in the page: copying, colours, formulas, drawings. Knows elements; parses nothing.

import { copyText } from '../copy'
import type { Key } from '../i18n/index.svelte'
import { drawn, picture } from './drawing'
import type { MarkdownLater } from './later.svelte'

export interface Means {
  t: (key: Key) => string
  say: (sentence: string) => void
  markdown: MarkdownLater
}

const SAID_MS = 2_000

/** Finishes a block; what is returned takes our buttons away again. Where a part is still on its way, it is asked for.
 * Code that may still grow gets neither colours nor buttons: they would be made again for every token. */
export function finish(block: HTMLElement, settled: boolean, means: Means): () => void {
  setFormulas(block, means.markdown)
  const ours: HTMLElement[] = []
  if (!settled) return () => undefined
  for (const code of block.querySelectorAll<HTMLElement>('.code')) {
    const source = code.querySelector('code')?.textContent?.replace(/\n$/, '') ?? ''
    ours.push(appended(code, copyButton(source, means)))
    if (code.dataset.language === 'mermaid') ours.push(appended(code, drawing(code, source, means)))
    else colour(code, source, means.markdown)
  }
  return () => ours.forEach((each) => each.remove())
}

function setFormulas(block: HTMLElement, markdown: MarkdownLater): void {
  const places = block.querySelectorAll<HTMLElement>('.math:not(.set)')
  if (!places.length) return
  const { typeset } = markdown
  if (!typeset) return markdown.wantFormulas()
  for (const place of places) if (typeset(place)) place.classList.add('set')
}

function colour(code: HTMLElement, source: string, markdown: MarkdownLater): void {
  const { language } = code.dataset
  if (!language) return
  const { highlighter } = markdown
  if (!highlighter) return markdown.wantColours()
  const html = highlighter.html(source, language)
  const place = code.querySelector('code')
  if (html !== null && place) place.innerHTML = `${html}\n`
}

/** The buttons are ours, so they are made here and never come with the answer's HTML. */
function button(words: string, name: string, act: (button: HTMLButtonElement) => void): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = name
  made.textContent = words
  made.addEventListener('click', () => act(made))
  return made
}

function copyButton(source: string, { t, say }: Means): HTMLElement {
  return button(t('copy.code'), 'quiet copy', async (made) => {
    const done = await copyText(source)
    say(t(done ? 'copy.done' : 'copy.failed'))
    if (!done) return
    made.textContent = t('copy.done')
    setTimeout(() => (made.textContent = t('copy.code')), SAID_MS)
  })
}

/** Draws on demand only: the program for it is heavy, and a drawing runs an answer's words through it. */
function drawing(code: HTMLElement, source: string, { t, say }: Means): HTMLElement {
  const foot = document.createElement('div')
  foot.className = 'drawing'
  const ask = button(t('drawing.draw'), 'button small', async () => {
    ask.disabled = true
    ask.textContent = t('drawing.busy')
    try {
      foot.replaceChildren(await picture(await drawn(source, code), t('drawing.alt')))
      // It may be wider than the column: whoever has no mouse scrolls it by keys.
      foot.tabIndex = 0
      say(t('drawing.done'))
    } catch {
      foot.replaceChildren(document.createTextNode(t('drawing.failed')))
      say(t('drawing.failed'))
    }
  })
  foot.append(ask)
  return foot
}

function appended<T extends HTMLElement>(to: HTMLElement, made: T): T {
  to.append(made)
  return made
}
