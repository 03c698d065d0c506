// Times as people say them. Knows the language's words for time; reads no clock.

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

export function ago(then_s: number, now_s: number, language: string): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'long' })
  const passed = now_s - then_s
  for (const [unit, length] of STEPS) {
    if (passed >= length) return words.format(-Math.floor(passed / length), unit)
  }
  return words.format(0, 'second')
}

export function exactly(then_s: number, language: string): string {
  return new Date(then_s * 1000).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' })
}
