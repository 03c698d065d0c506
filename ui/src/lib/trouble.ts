// Faults and refusals as one calm sentence. Knows what to say and until when to wait; knows no screen.

import { Cut, Refused, Unreachable } from './api'
import type { Words } from './i18n/index.svelte'
import type { ErrorBody } from './shapes'

export interface Trouble {
  sentence: string
  code: string
  /** Unix seconds from which trying again makes sense; null where waiting does not help. */
  until_s: number | null
  /** The field at fault, where there is one. */
  param: string | null
}

export function troubleOf(fault: unknown, words: Words, now_s: number): Trouble {
  if (fault instanceof Refused) {
    const until_s = fault.retryAfter_s === null ? null : now_s + fault.retryAfter_s
    return { sentence: sentenceOf(fault.code, fault.param, fault.message, words, until_s !== null), code: fault.code, until_s, param: fault.param }
  }
  const code = fault instanceof Cut ? 'cut' : fault instanceof Unreachable ? 'unreachable' : 'unexpected'
  return { sentence: words.t(`trouble.${code}`), code, until_s: null, param: null }
}

export function troubleIn(body: ErrorBody, words: Words, now_s: number): Trouble {
  const { message, code, param } = body.error
  const until_s = body.retry_after_s === undefined ? null : now_s + body.retry_after_s
  return { sentence: sentenceOf(code ?? '', param ?? null, message, words, until_s !== null), code: code ?? '', until_s, param: param ?? null }
}

/**
 * English takes the server's sentence, which may hold figures; other languages have their own for each known code.
 * Where the page counts the wait itself, a figure in the sentence would be said twice and grow old: then its own serves.
 */
function sentenceOf(code: string, param: string | null, message: string, words: Words, counted: boolean): string {
  const own = words.refusal(code, param)
  const ages = counted && /\d (?:second|minute)/.test(message) && own !== null
  if (words.language === 'en' && !ages) return message || own || words.t('trouble.unexpected')
  return own ?? (message || words.t('trouble.unexpected'))
}
