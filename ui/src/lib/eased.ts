// What a busy service eased of an answer, as sentences. Knows the codes; a code of a later server is told in general.

import type { Key, Words } from './i18n/index.svelte'
import type { Shown } from './shown'

const SENTENCES: Record<string, Key> = { shorter: 'eased.shorter', effort: 'eased.effort', lighter: 'eased.lighter', ended: 'eased.ended' }

export function easedWords({ eased, cutShort }: Pick<Shown, 'eased' | 'cutShort'>, t: Words['t']): string {
  const early = eased?.includes('ended')
  // An answer that was ended, or that came to its end before its bound, was cut by nothing else.
  const told = (eased ?? []).filter((code) => !(early && code === 'shorter'))
  const keys = told.map((code): Key => (code === 'shorter' && cutShort ? 'eased.cutShort' : (SENTENCES[code] ?? 'eased.other')))
  return [...new Set(keys)].reduce((one, key) => t('eased.both', { one, more: t(key) }), t('eased.why'))
}
