// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { GrowingText } from '../src/lib/markdown/blocks'

const html = (text: string) =>
  new GrowingText()
    .update(text, true)
    .map((block) => block.html)
    .join('')

function page(text: string): HTMLElement {
  const place = document.createElement('div')
  place.innerHTML = html(text)
  return place
}

const ATTACKS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<form action="https://evil.example"><button>go</button></form>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '<div style="background:url(https://evil.example)">x</div>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:msgbox(1))',
  '[x](//evil.example)',
  '[x](/api/auth/logout)',
  '[x](https://a.example/" onmouseover="alert(1))',
  '[x](<https://a.example/"onmouseover="alert(1)>)',
  '![x](https://evil.example/pixel.png)',
  '![" onerror="alert(1)](x)',
  '![x](javascript:alert(1))',
  '```"><img src=x onerror=alert(1)>\ncode\n```',
  '```js\n</code></pre><script>alert(1)</script>\n```',
  '`<img src=x onerror=alert(1)>`',
  '| <img src=x onerror=alert(1)> |\n|--|\n| <script>alert(1)</script> |',
  '<https://a.example/?"onload=alert(1)>',
  '<javascript:alert(1)>',
  '# <img src=x onerror=alert(1)>',
  '- [x] <img src=x onerror=alert(1)>',
  '[a]: javascript:alert(1)\n\n[a]',
]
const HARMLESS = new Set(
  'P BR HR STRONG EM DEL CODE PRE BLOCKQUOTE A SPAN DIV UL OL LI H3 H4 H5 H6 TABLE THEAD TBODY TR TH TD'.split(' '),
)

test.each(ATTACKS)('nothing can act or call out: %s', (attack) => {
  for (const text of [attack, `before ${attack} after`, `> ${attack}`, `1. ${attack}`]) {
    for (const element of page(text).querySelectorAll('*')) {
      expect(HARMLESS).toContain(element.tagName)
      for (const { name } of element.attributes) expect(name).not.toMatch(/^on|^style$|^src/)
      const href = element.getAttribute('href')
      if (href !== null) expect(href).toMatch(/^(https?:\/\/|mailto:)/)
    }
  }
})

test('raw HTML is shown as the text that it is', () => {
  expect(page('a <b>bold</b> word').textContent).toContain('a <b>bold</b> word')
})

test('a link opens apart and tells its target nothing', () => {
  const link = page('[here](https://example.org/)').querySelector('a')
  expect(link?.target).toBe('_blank')
  expect(link?.rel).toContain('noopener')
  expect(link?.rel).toContain('noreferrer')
})

test('a picture becomes a link, so that nothing is loaded', () => {
  const shown = page('![a boat](https://example.org/boat.png)')
  expect(shown.querySelector('img')).toBeNull()
  expect(shown.querySelector('a')?.textContent).toBe('a boat')
})

const LONG = `# Title

A paragraph with **bold** text.

- one
- two

  still two
- three

1. first
2. second

\`\`\`py
print("a

blank line")
\`\`\`

| a | b |
|---|--:|
| 1 | 2 |

> quote
> more

$$
x^2
$$

Inline \\(y\\) and $z$.

The end, see [later][1].

[1]: https://example.org/
`

test('a text that grew is the same as one that came at once', () => {
  for (const size of [1, 3, 7, 50]) {
    const growing = new GrowingText()
    for (let end = size; end < LONG.length; end += size) growing.update(LONG.slice(0, end), false)
    expect(growing.update(LONG, true)).toEqual(new GrowingText().update(LONG, true))
  }
})

test('blocks that are finished are not made again', () => {
  const growing = new GrowingText()
  const first = growing.update(LONG.slice(0, 80), false)
  const later = growing.update(LONG.slice(0, -30), false)
  expect(later[0]).toBe(first[0])
})

test('while it grows, an answer reads as it will in the end', () => {
  const growing = new GrowingText()
  let shown = growing.update('', false)
  const text = LONG.slice(0, LONG.indexOf('The end'))
  for (let end = 1; end <= text.length; end++) shown = growing.update(text.slice(0, end), false)
  const read = (blocks: typeof shown) => blocks.map(({ start, html }) => ({ start, html }))
  expect(read(shown)).toEqual(read(new GrowingText().update(text, true)))
})

const PIECES = [
  ...['# Title', 'Title\nof two lines\n===', 'Words with **bold**, `code` and [a link](https://example.org/).', '- one\n- two\n  - under two\n- three'],
  ...['- loose\n\n- list\n\n  of paragraphs', '1. first\n2. second\n\n   ```py\n   in = "a list"\n\n   ```', '```py\nprint("a")\n\nb\n```', '    indented\n\n    code'],
  ...['~~~\nother fence\n~~~', '> quote\n> - list in it\nlazy', '| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |', '$$\nx^2\n\n+ y\n$$', '\\[ z \\]', '---', '* * *'],
  ...['- [ ] to do\n- [x] done', '<div>\nraw\n</div>', '<!-- note -->', 'a\\\nbreak  \nanother', '港口的夜晚有**灯塔**。', 'costs $5, or $6', '![p](https://example.org/p.png)'],
]

/** Chance that can be had again (Mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

test('whatever it is made of and however it is cut, a growing text shows what the whole one would', () => {
  for (let seed = 0; seed < 60; seed++) {
    const upTo = chance(seed)
    const text = Array.from({ length: 2 + upTo(6) }, () => PIECES[upTo(PIECES.length)]).join('\n\n')
    const growing = new GrowingText()
    let shown = growing.update('', false)
    for (let end = 0; end < text.length; ) {
      end = Math.min(text.length, end + 1 + upTo(12))
      shown = growing.update(text.slice(0, end), false)
    }
    const read = (blocks: typeof shown) => blocks.map(({ start, html }) => ({ start, html }))
    const whole = new GrowingText().update(text, true)
    expect(read(shown), `seed ${seed}:\n${text}`).toEqual(read(whole))
    expect(growing.update(text, true)).toEqual(whole)
  }
})

test('line ends of any kind keep their place', () => {
  const growing = new GrowingText()
  const text = LONG.replaceAll('\n', '\r\n')
  for (let end = 1; end < text.length; end += 5) growing.update(text.slice(0, end), false)
  expect(growing.update(text, true)).toEqual(new GrowingText().update(LONG, true))
})

test('another text begins anew', () => {
  const growing = new GrowingText()
  growing.update(LONG, false)
  expect(growing.update('Other.', false).map((block) => block.html)).toEqual(['<p>Other.</p>\n'])
})

test('a long answer costs no more a token at its end than at its start', () => {
  const growing = new GrowingText()
  const paragraph = 'Some words that stand in a paragraph of an answer.\n\n'
  const early = growing.update(paragraph.repeat(400), false)
  const later = growing.update(`${paragraph.repeat(400)}word `, false)
  // Not timed: all but the last blocks are the very same objects, so nothing was made anew for them.
  expect(later.filter((block, at) => block !== early[at]).length).toBeLessThanOrEqual(3)
})
