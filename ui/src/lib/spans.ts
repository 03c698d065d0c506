// A time that is to come, in words: coarser the longer it is, and never shorter than it is. Knows steps; knows no clock.

import type { Words } from './i18n/index.svelte'

/** When somebody's turn in a line comes, and whether that is later than was told before. A short time is no promise to
 * whoever still has others before them. */
export function turnComes(place: number, left_s: number, grew: boolean, t: Words['t']): string {
  if (place > 1 && left_s <= 0) return t('wait.longer')
  const comes = comesIn(place, left_s, t)
  return grew ? t('eased.both', { one: t('wait.longer'), more: comes }) : comes
}

function comesIn(place: number, left_s: number, t: Words['t']): string {
  if (left_s > 10) return t('wait.turn', { span: later(left_s, t) })
  return t(left_s <= 2 && place <= 1 ? 'wait.moment' : 'wait.soon')
}

export function later(seconds: number, t: Words['t']): string {
  if (seconds <= 10) return t('span.moment')
  if (seconds < 60) return t('span.seconds', { n: Math.ceil(seconds / 10) * 10 })
  if (seconds < 90 * 60) return t('wait.minutes', { n: Math.ceil(seconds / 60) })
  if (seconds < 48 * 3600) return t('span.hours', { n: Math.ceil(seconds / 1800) / 2 })
  return t('span.days', { n: Math.ceil(seconds / 86_400) })
}
