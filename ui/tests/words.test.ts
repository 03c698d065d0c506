// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { ago } from '../src/lib/ago'
import { en } from '../src/lib/i18n/en'
import { filled, languageOf } from '../src/lib/i18n/index.svelte'
import { zh } from '../src/lib/i18n/zh'
import { placeOf } from '../src/lib/router.svelte'

test('every word is there in every language', () => {
  expect(Object.keys(zh)).toEqual(Object.keys(en))
  for (const words of [...Object.values(en), ...Object.values(zh)]) expect(words.trim()).not.toBe('')
})

test('every language fills in the same values', () => {
  const values = (template: string) => [...new Set(template.match(/\{\w+\}/g) ?? [])].sort()
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    // A form for one may leave its number out: all forms together name the values.
    expect([key, values(zh[key])]).toEqual([key, values(en[key])])
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
