// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { easedWords } from '../src/lib/eased'
import { Words } from '../src/lib/i18n/index.svelte'
import { turnComes } from '../src/lib/spans'

const english = new Words().t
const words = new Words()
words.language = 'zh-CN'
const chinese = words.t

test('only the next in line is told that it is any moment', () => {
  expect(turnComes(1, 1, false, english)).toBe('Your turn comes any moment.')
  expect(turnComes(1, 4, false, english)).toBe('Your turn comes in a few seconds.')
  expect(turnComes(3, 1, false, english)).toBe('Your turn comes in a few seconds.')
  expect(turnComes(3, 0, false, english)).toBe('It takes a little longer than was foretold.')
  expect(turnComes(3, 42, false, english)).toBe('Your turn comes in about 50 seconds.')
  expect(turnComes(3, 42, false, chinese)).toBe('约 50 秒后轮到你。')
})

test('a time that grew is said to have', () => {
  expect(turnComes(1, 42, true, english)).toBe('It takes a little longer than was foretold. Your turn comes in about 50 seconds.')
  expect(turnComes(1, 42, true, chinese)).toBe('比预计的稍久一些。约 50 秒后轮到你。')
  expect(turnComes(3, 0, true, english)).toBe('It takes a little longer than was foretold.')
})

test('what was eased is said by its codes in the language of its reader', () => {
  const answer = { eased: ['shorter', 'lighter'], cutShort: true }
  expect(easedWords(answer, english)).toBe('Many people are asking just now. This answer was kept short; you can ask it to go on. A lighter model answered.')
  expect(easedWords({ ...answer, cutShort: false }, chinese)).toBe('当前使用人数较多。为了让所有人都能得到回答，回答会短一些。这次由较轻的模型作答。')
  expect(easedWords({ eased: ['shorter', 'ended'], cutShort: true }, english)).toBe('Many people are asking just now. This answer was ended early; you can ask it to go on.')
})

test('what an older service wrote down in English, or a later one may say, is told in general', () => {
  const kept = { eased: ['answers are kept to 512 tokens', 'a new code'], cutShort: false }
  expect(easedWords(kept, english)).toBe('Many people are asking just now. Answers are kept shorter or lighter, for all to be served.')
})
