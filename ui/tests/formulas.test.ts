// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { GrowingText } from '../src/lib/markdown/blocks'
import { typeset } from '../src/lib/markdown/formulas'
import { lex } from '../src/lib/markdown/render'

function page(text: string): HTMLElement {
  const place = document.createElement('div')
  place.innerHTML = new GrowingText()
    .update(text, true)
    .map((block) => block.html)
    .join('')
  return place
}

const found = (text: string) => [...page(text).querySelectorAll('.math')].map((each) => each.textContent)

test.each([
  ['\\(a+b\\)', 'a+b'],
  ['so $x^2$ is', 'x^2'],
  ['so $x$, and', 'x'],
  ['inline $$\\sum_i x_i$$ here', '\\sum_i x_i'],
  ['$$\nx\n$$', 'x'],
  ['\\[\n\\begin{aligned}a&=b\\\\c&=d\\end{aligned}\n\\]', '\\begin{aligned}a&=b\\\\c&=d\\end{aligned}'],
  ['A line\n$$x$$\nanother', 'x'],
  ['- item\n\n  $$\n  y\n  $$', 'y'],
  ['$a_1$ and *so*', 'a_1'],
  ['| $a$ |\n|---|', 'a'],
])('a formula is found: %s', (text, formula) => expect(found(text)).toEqual([formula]))

test.each([
  'It costs $5, or $7 with tax.',
  'Between $5 and $10.',
  'From US$5 to US$10',
  'echo $HOME and $PATH',
  '`$x$`',
  '```\n$x$\n\\(y\\)\n```',
  '\\$x\\$',
  '$ x $',
  'an open $$ stays',
])('money and code are no formulas: %s', (text) => expect(found(text)).toEqual([]))

test('two formulas in a line are two', () => expect(found('$a$ and $b$, \\(c\\)')).toEqual(['a', 'b', 'c']))

test.each(['\\(', '\\[', '$$', '$a ', '\n$$', '\n\\['])('thousands of openings without an end are text: %j', (open) => {
  expect(lex(`${open}x `.repeat(4_000)).some(({ type }) => type.startsWith('formula'))).toBe(false)
})

function set(tex: string, display = false): HTMLElement | null {
  const place = document.createElement('span')
  place.className = display ? 'math display' : 'math'
  place.textContent = tex
  return typeset(place) ? place : null
}

test('a formula is typeset, and its source is told to those who read by ear', () => {
  const formula = set('\\frac{1}{2}', true)
  expect(formula?.querySelector('.katex-html')?.getAttribute('aria-hidden')).toBe('true')
  expect(formula?.querySelector('math mfrac')).not.toBeNull()
  expect(formula?.querySelector('annotation')?.textContent).toBe('\\frac{1}{2}')
})

test('what KaTeX cannot read stays as it was written', () => expect(set('\\frac{1')).toBeNull())

const BREAKOUTS = [
  '\\href{javascript:alert(1)}{x}',
  '\\url{javascript:alert(1)}',
  '\\href{https://evil.example}{x}',
  '\\includegraphics{https://evil.example/x.png}',
  '\\includegraphics[height=1em]{javascript:alert(1)}',
  '\\htmlClass{evil}{x}',
  '\\htmlId{app}{x}',
  '\\htmlStyle{background:url(https://evil.example)}{x}',
  '\\htmlData{x=1, onclick=alert(1)}{x}',
  '\\text{<img src=x onerror=alert(1)>}',
  '\\text{</span><script>alert(1)</script>}',
  '\\unicode{<script>alert(1)</script>}',
  '\\style{background:red}{x}',
  '\\class{evil}{x}',
  '\\cssId{evil}{x}',
  '\\color{red;background:url(https://evil.example)}x',
  '\\textcolor{"onmouseover=alert(1)}{x}',
  '\\colorbox{url(https://evil.example)}{x}',
  '</annotation><script>alert(1)</script>',
  '\\def\\x{\\x\\x}\\x',
  '\\newcommand\\x{\\x}\\x',
  '\\gdef\\frac#1#2{\\href{javascript:alert(1)}{x}}\\frac12',
  '\\rule{9999999em}{9999999em}',
  '\\kern{99999999em}x',
  '{'.repeat(3000) + 'x' + '}'.repeat(3000),
]

test.each(BREAKOUTS)('a formula cannot act, call out or cover the page: %s', (tex) => {
  const formula = set(tex)
  for (const element of formula?.querySelectorAll<HTMLElement>('*') ?? []) {
    expect(['SCRIPT', 'A', 'IMG', 'IFRAME', 'STYLE', 'FORM']).not.toContain(element.tagName.toUpperCase())
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on|^src|href$|^id$/)
      expect(value).not.toMatch(/url\(|javascript:/)
    }
    for (const size of ['width', 'height', 'borderRightWidth', 'borderTopWidth', 'marginRight'] as const) {
      expect(Number.parseFloat(element.style?.[size] || '0')).toBeLessThanOrEqual(40)
    }
  }
})
