import { expect, test } from 'vitest'
import { budgetIn, numberIn, typed } from '../src/lib/operators/budget'
import type { Budget } from '../src/lib/operators/shapes'

test.each([
  ['', null],
  ['  ', null],
  ['0', 0],
  ['12', 12],
  ['1,000', 1000],
  ['1 000 000', 1_000_000],
])('a number of requests is read from “%s”', (text, value) => {
  expect(numberIn(text, 'requests_per_day')).toBe(value)
})

test.each(['-1', 'many', '1e9', '12,5', '1.5', '1,00', 'NaN', '1,000,00', '9'.repeat(20)])('“%s” is no number of requests', (text) => {
  expect(numberIn(text, 'requests_per_day')).toBeUndefined()
})

test('time and money come in parts too', () => {
  expect(numberIn('12.5', 'money_per_month')).toBe(12.5)
  expect(numberIn('0.25', 'engine_s_per_day')).toBe(0.25)
})

test('what is set is typed again as it was, and the first field that is wrong is named', () => {
  const fields = typed({ requests_per_day: 5, money_per_month: 0 } as Budget)
  const read = budgetIn(fields)
  expect('budget' in read && read.budget).toMatchObject({ requests_per_day: 5, money_per_month: 0, tokens_per_day: null })
  expect(budgetIn({ ...fields, tokens_per_day: 'x', money_per_day: 'y' })).toEqual({ wrong: 'tokens_per_day' })
})
