import { expect, test } from 'vitest'
import { Refused } from '../src/lib/api'
import { Words } from '../src/lib/i18n/index.svelte'
import { troubleOf } from '../src/lib/trouble'

const MESSAGE = 'Too many wrong passwords. Please try again in 25 seconds.'

test('a figure that the page counts down is not said a second time', () => {
  const trouble = troubleOf(new Refused(MESSAGE, 429, 'too_many_attempts', null, 25), new Words(), 1000)
  expect(trouble.sentence).toBe(new Words().t('refused.too_many_attempts'))
  expect(trouble.until_s).toBe(1025)
})

test('a figure that is no time is left in the sentence', () => {
  const refused = new Refused('Your account has 2 questions waiting already.', 429, 'share_used', null, 1)
  expect(troubleOf(refused, new Words(), 1000).sentence).toContain('2 questions')
})

test('a figure of which there is no count is left in the sentence', () => {
  const long = "This model's context is 8192 tokens."
  const trouble = troubleOf(new Refused(long, 400, 'context_length_exceeded'), new Words(), 1000)
  expect(trouble.sentence).toBe(long)
})
