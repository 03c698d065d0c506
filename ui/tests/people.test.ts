// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { Words } from '../src/lib/i18n/index.svelte'
import { heldInvite, holdInvite } from '../src/lib/people/invite'
import { base64url, bytes } from '../src/lib/people/webauthn'
import { Router } from '../src/lib/router.svelte'

test('bytes go to base64url and back, whatever they are', () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index)
  const text = base64url(all.buffer)
  expect(text).toMatch(/^[\w-]+$/)
  expect([...bytes(text)]).toEqual([...all])
})

test('an invite leaves the address bar, and is kept over a reload until it is laid aside', () => {
  history.replaceState(null, '', '/signup#a-secret')
  expect(heldInvite(new Router())).toBe('a-secret')
  expect(location.hash).toBe('')
  expect(heldInvite(new Router())).toBe('a-secret')
  holdInvite('')
  expect(heldInvite(new Router())).toBe('')
})

test('a field that is at fault has a sentence of its own in every language', () => {
  const words = new Words()
  words.choose('zh-CN')
  expect(words.refusal('invalid_request', 'password')).toContain('密码')
  expect(words.refusal('invalid_request', 'something else')).toBe(words.refusal('invalid_request'))
})
