import { expect, test } from 'vitest'
import { Refused } from '../src/lib/api'
import { Attempt } from '../src/lib/attempt.svelte'
import { Proving } from '../src/lib/people/proving.svelte'
import type { Owner } from '../src/lib/people/shapes'

const explain = (fault: unknown) => ({ sentence: String(fault), code: (fault as Refused).code, until_s: null, param: null })
const needed = () => new Refused('Show that it is you', 403, 'proof_needed')

test('a deed that needs no proof is done at once', async () => {
  const proving = new Proving(new Attempt(explain))
  const shown: Owner[] = []
  await proving.at(async (owner) => void shown.push(owner))
  expect(shown).toEqual([{}])
  expect(proving.asking).toBe(false)
})

test('who is asked for proof is told of no trouble, and the deed is done with it', async () => {
  const proving = new Proving(new Attempt(explain))
  const shown: Owner[] = []
  await proving.at(async (owner) => {
    if (!owner.password) throw needed()
    shown.push(owner)
  })
  expect([proving.asking, proving.attempt.trouble]).toEqual([true, null])
  await proving.show({ password: 'mine' })
  expect(shown).toEqual([{ password: 'mine' }])
  expect(proving.asking).toBe(false)
})

test('a wrong proof is asked for again and says why', async () => {
  const proving = new Proving(new Attempt(explain))
  await proving.at(async (owner) => {
    throw owner.password ? new Refused('The password is not right.', 400, 'invalid_request', 'password') : needed()
  })
  await proving.show({ password: 'not mine' })
  expect(proving.asking).toBe(true)
  expect(proving.attempt.trouble?.code).toBe('invalid_request')
})
