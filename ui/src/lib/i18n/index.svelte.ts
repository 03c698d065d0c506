// The words of the interface in the reader's language. Knows how one is chosen; each language is a file beside this one,
// and that file is all that it takes.

import { keep, recall } from '../storage'
import { en } from './en'

/** Its name in the web's tongue: en, zh-CN. */
export type Language = string
export type Messages = { [key in keyof typeof en]: string }
export type Key = keyof Messages

/** What a language's file exports as `language`. */
export interface Book {
  id: Language
  /** As those call it who speak it. */
  name: string
  words: Messages
}

const FILES = import.meta.glob<{ language: Book }>(['./*.ts', '!./index.svelte.ts'], { eager: true })
export const LANGUAGES: Book[] = Object.values(FILES).map((file) => file.language)

/** The language that is wished, else one of the same tongue, else English. */
export function languageOf(wish: string | null | undefined, languages: Pick<Book, 'id'>[] = LANGUAGES): Language {
  const wanted = (wish ?? '').toLowerCase()
  const tongue = (id: string) => id.toLowerCase().split('-')[0]
  const exact = languages.find(({ id }) => id.toLowerCase() === wanted)
  return (exact ?? languages.find(({ id }) => tongue(id) === tongue(wanted)))?.id ?? 'en'
}

/** Puts values into `{name}` and chooses between `one|many` by the value `n`. */
export function filled(template: string, values: Record<string, string | number> = {}): string {
  const [one = '', many] = template.split('|')
  const chosen = many !== undefined && values.n !== 1 ? many : one
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

export class Words {
  language = $state<Language>(languageOf(recall('language') ?? navigator.language))

  t = (key: Key, values?: Record<string, string | number>): string => filled(this.#book[key], values)

  /** The sentence for a refusal's code, if this language has its own: the field's rather than the general one. */
  refusal(code: string, param: string | null = null): string | null {
    const keys = [`refused.${code}.${param}`, `refused.${code}`]
    const key = keys.find((each): each is Key => each in en)
    return key === undefined ? null : this.#book[key]
  }

  get #book(): Messages {
    return LANGUAGES.find(({ id }) => id === this.language)?.words ?? en
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
