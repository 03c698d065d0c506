// A time that is to come, in words: coarser the longer it is, and never shorter than it is. Knows steps; knows no clock.

import type { Words } from './i18n/index.svelte'

export function later(seconds: number, t: Words['t']): string {
  if (seconds <= 10) return t('span.moment')
  if (seconds < 60) return t('span.seconds', { n: Math.ceil(seconds / 10) * 10 })
  if (seconds < 90 * 60) return t('wait.minutes', { n: Math.ceil(seconds / 60) })
  return t('span.hours', { n: Math.ceil(seconds / 1800) / 2 })
}
