import { expect, test } from 'vitest'
import { daysOf, summed, type UsageLine } from '../src/lib/people/usage'

const line = (change: Partial<UsageLine>): UsageLine => ({
  day: '2026-02-28',
  key_id: '',
  model: 'small',
  requests: 1,
  prompt_tokens: 10,
  cached_tokens: 0,
  completion_tokens: 5,
  engine_s: 0.5,
  money: 0.01,
  ...change,
})

test('a day without use is a day too, over the end of a month', () => {
  expect(daysOf({ since: '2026-02-27', until: '2026-03-02' })).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'])
})

test('lines of one day add up, whatever their key and model', () => {
  const lines = [line({}), line({ key_id: 'k', requests: 2 }), line({ day: '2026-03-01', model: 'large' })]
  const [first, second, third] = summed(lines, ['2026-02-27', '2026-02-28', '2026-03-01'], (each) => each.day)
  expect(first?.requests).toBe(0)
  expect(second).toMatchObject({ requests: 3, read: 20, written: 10, engine_s: 1 })
  expect(third?.requests).toBe(1)
})
