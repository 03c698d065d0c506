// The words of the interface in the reader's language. Knows which languages there are; each has a file of its own.

import { keep, recall } from '../storage'
import { en } from './en'
import { zh } from './zh'

export type Language = 'en' | 'zh-CN'
export type Messages = { [key in keyof typeof en]: string }
export type Key = keyof Messages
export const LANGUAGES: { id: Language; name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'zh-CN', name: '简体中文' },
]
const BOOKS: Record<Language, Messages> = { en, 'zh-CN': zh }

export function languageOf(wish: string | null | undefined): Language {
  return /^zh/i.test(wish ?? '') ? 'zh-CN' : 'en'
}

/** Puts values into `{name}` and chooses between `one|many` by the value `n`. */
export function filled(template: string, values: Record<string, string | number> = {}): string {
  const [one = '', many] = template.split('|')
  const chosen = many !== undefined && values.n !== 1 ? many : one
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

export class Words {
  language = $state<Language>(languageOf(recall('language') ?? navigator.language))

  t = (key: Key, values?: Record<string, string | number>): string => filled(BOOKS[this.language][key], values)

  /** The sentence for a refusal's code, if this language has its own: the field's rather than the general one. */
  refusal(code: string, param: string | null = null): string | null {
    const keys = [`refused.${code}.${param}`, `refused.${code}`]
    const key = keys.find((each): each is Key => each in en)
    return key === undefined ? null : BOOKS[this.language][key]
  }

  choose(language: Language): void {
    this.language = language
    keep('language', language)
    this.apply()
  }

  apply(): void {
    document.documentElement.lang = this.language
  }
}
