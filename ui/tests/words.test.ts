// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { ago } from '../src/lib/ago'
import { en } from '../src/lib/i18n/en'
import { filled, languageOf, LANGUAGES } from '../src/lib/i18n/index.svelte'
import { placeOf } from '../src/lib/router.svelte'

test('every word is there in every language', () => {
  expect(LANGUAGES.map(({ id }) => id)).toEqual(expect.arrayContaining(['en', 'zh-CN']))
  for (const { id, words } of LANGUAGES) {
    expect([id, ...Object.keys(words).sort()]).toEqual([id, ...Object.keys(en).sort()])
    for (const sentence of Object.values(words)) expect(sentence.trim()).not.toBe('')
  }
})

test('every language fills in the same values', () => {
  const values = (template: string) => [...new Set(template.match(/\{\w+\}/g) ?? [])].sort()
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    // A form for one may leave its number out: all forms together name the values.
    for (const { id, words } of LANGUAGES) expect([id, key, values(words[key])]).toEqual([id, key, values(en[key])])
  }
})

test('one and many are told apart, and what is filled in is not read as a template', () => {
  expect(filled('{n} second|{n} seconds', { n: 1 })).toBe('1 second')
  expect(filled('{n} second|{n} seconds', { n: 5 })).toBe('5 seconds')
  expect(filled('Delete “{title}”?', { title: '{title} $& |' })).toBe('Delete “{title} $& |”?')
})

test('the browser’s wish chooses the language', () => {
  expect(languageOf('zh-TW')).toBe('zh-CN')
  expect(languageOf('de')).toBe('en')
  const three = [{ id: 'en' }, { id: 'zh-CN' }, { id: 'zh-TW' }]
  expect([languageOf('zh-tw', three), languageOf('zh', three)]).toEqual(['zh-TW', 'zh-CN'])
  expect(languageOf(null)).toBe('en')
})

test('an address shows what belongs there', () => {
  expect(placeOf('/')).toEqual({ name: 'chat', id: null })
  expect(placeOf('/c/abc')).toEqual({ name: 'chat', id: 'abc' })
  expect(placeOf('/settings/')).toEqual({ name: 'settings' })
  expect(placeOf('/c/a/b')).toEqual({ name: 'missing' })
  expect(placeOf('/c/%E0%A4%A')).toEqual({ name: 'chat', id: '%E0%A4%A' })
})

test('times are said as people say them', () => {
  expect(ago(100, 130, 'en')).toBe('now')
  expect(ago(0, 3 * 3600, 'en')).toBe('3 hours ago')
  expect(ago(0, 86_400, 'zh-CN')).toBe('昨天')
})
