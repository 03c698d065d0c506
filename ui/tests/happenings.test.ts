// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { Refused, Unreachable } from '../src/lib/api'
import { Happenings } from '../src/lib/happenings'
import type { AccountEvent } from '../src/lib/shapes'

type Heard = (AccountEvent & { number: number })[]
const CHANGED: Heard = [{ number: 0, event: 'changed', data: { conversation_id: 'c' } }]

/** A server whose connections do as they are told, in turn; the last one stays open. */
function house(...connections: (Heard | Error)[][]) {
  const told: string[] = []
  const signals: AbortSignal[] = []
  const api = {
    async *happenings(signal: AbortSignal) {
      signals.push(signal)
      for (const step of connections.shift() ?? [[]]) {
        if (step instanceof Error) throw step
        yield step
      }
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('left', 'AbortError'))))
    },
  }
  const happenings = new Happenings(api, ({ event }) => told.push(event), () => told.push('missed'))
  return { happenings, told, signals }
}

test('what happens elsewhere is told as it happens', async () => {
  const { happenings, told, signals } = house([[], CHANGED])
  happenings.listen(true)
  happenings.listen(true)
  await expect.poll(() => told).toEqual(['changed'])
  expect(signals.length).toBe(1)
  happenings.listen(false)
  expect(signals[0]?.aborted).toBe(true)
})

test('what may have happened while the connection was lost is told once it is back', async () => {
  const { happenings, told } = house([[], CHANGED, new Unreachable('cut')], [[], CHANGED])
  happenings.listen(true)
  await expect.poll(() => told.length).toBe(1)
  await expect.poll(() => (dispatchEvent(new Event('online')), told), { timeout: 5_000 }).toEqual(['changed', 'missed', 'changed'])
  happenings.listen(false)
})

test('who is not signed in is not asked for again', async () => {
  const { happenings, signals } = house([new Refused('', 401, 'not_signed_in')])
  happenings.listen(true)
  await expect.poll(() => signals.length).toBe(1)
  dispatchEvent(new Event('online'))
  await new Promise((resolve) => setTimeout(resolve))
  expect(signals.length).toBe(1)
})
