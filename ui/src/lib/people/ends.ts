// When keys end. Knows the spans that are offered and how an end is told; reads no clock.

import type { Words } from '../i18n/index.svelte'
import type { Key } from '../shapes'

export const DAY_S = 86_400
export const DAYS = [1, 7, 30, 90, 365] as const

/** Such as `ends 22 Dec 2026`; empty where the key has no end. */
export function endOf(key: Pick<Key, 'expires_at'>, now_s: number, words: Words): string {
  if (key.expires_at === null) return ''
  const when = new Date(key.expires_at * 1000).toLocaleDateString(words.language, { dateStyle: 'medium' })
  return words.t(key.expires_at <= now_s ? 'apikeys.ended' : 'apikeys.ends', { when })
}
