import { expect, test } from 'vitest'
import { Tree } from '../src/lib/branches'
import type { Message } from '../src/lib/shapes'

function message(id: string, parent_id: string | null): Message {
  return { id, parent_id, speaker: id.startsWith('u') ? 'user' : 'assistant', text: id, reasoning: '', status: 'complete', created_at: 0, model: '' }
}

const TREE = new Tree([
  message('u1', null),
  message('a1', 'u1'),
  message('a2', 'u1'),
  message('u2', 'a2'),
  message('a3', 'u2'),
  message('u3', 'a2'),
  message('a4', 'u3'),
  message('u4', null),
])

const ids = (leaf: string | null) => TREE.path(leaf).map(({ id }) => id)

test('a path leads from the first message to the leaf', () => {
  expect(ids('a3')).toEqual(['u1', 'a2', 'u2', 'a3'])
  expect(ids('a1')).toEqual(['u1', 'a1'])
})

test('without a known leaf the path leads to what was said last', () => {
  expect(ids(null)).toEqual(['u4'])
  expect(ids('gone')).toEqual(['u4'])
  expect(new Tree().path(null)).toEqual([])
})

test('messages with one parent are versions of each other', () => {
  expect(TREE.versions('a2')).toEqual({ at: 2, of: 2, before: 'a1', after: null })
  expect(TREE.versions('u2')).toEqual({ at: 1, of: 2, before: null, after: 'u3' })
  expect(TREE.versions('u4')).toEqual({ at: 2, of: 2, before: 'u1', after: null })
  expect(TREE.versions('a4').of).toBe(1)
  expect(TREE.versions('')).toEqual({ at: 1, of: 1, before: null, after: null })
})

test('a version is shown with what was said last below it', () => {
  expect(TREE.leafBelow('a2')).toBe('a4')
  expect(TREE.leafBelow('u2')).toBe('a3')
  expect(TREE.leafBelow('a1')).toBe('a1')
})

test('a tree with another message is another tree', () => {
  const grown = TREE.with(message('a5', 'u3'), { ...message('a1', 'u1'), text: 'changed' })
  expect(grown.versions('a5')).toEqual({ at: 2, of: 2, before: 'a4', after: null })
  expect(grown.path('a1').at(-1)?.text).toBe('changed')
  expect(TREE.versions('a4').of).toBe(1)
})

test('messages in a ring or without their parent are shown and not followed for ever', () => {
  expect(new Tree([message('u1', 'a1'), message('a1', 'u1')]).path('a1').length).toBeLessThan(5)
  expect(new Tree([message('a9', 'gone')]).path('a9').map(({ id }) => id)).toEqual(['a9'])
})
