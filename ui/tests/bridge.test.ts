// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { Refused, Unreachable } from '../src/lib/api'
import { appended, Live, POINTS, pointOf } from '../src/lib/bridge/live.svelte'
import type { Reading } from '../src/lib/bridge/shapes'

const reading = (at_s: number): Reading =>
  ({
    at_s,
    promise: { within_s: 5, over_s: 60, asked: 3, success: 1, first_token_p50_s: 0.2, first_token_p95_s: 0.4 },
    classes: [{ class: 'C1', asked_per_s: 2, served_per_s: 1.5, refused_per_s: 0.5, held: 1, waiting: 0, expected_wait_s: 0 }],
    tokens_per_s: { completion: 40 },
    engine: { ready: true, slots: 4, held: 1, waiting: 0, kv_use: 0, members: [] },
    shield: { posture: 'normal', pressure: { queue: 0.1, loop: 0.3 } },
  }) as unknown as Reading

type Told = { event: string; data: unknown; number: number }[]

/** A server whose connections do as they are told, in turn; the last one stays open. */
function server(...connections: (Told | Error)[][]) {
  return {
    async *readings(signal: AbortSignal) {
      for (const step of connections.shift() ?? []) {
        if (step instanceof Error) throw step
        yield step as never
      }
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('left', 'AbortError'))))
    },
  }
}

const told = (event: string, data: unknown) => ({ event, data, number: 0 })

test('what comes goes behind the history that was told, each reading once', async () => {
  const live = new Live(server([[told('history', { at_s: [2, 4], held: [0, 0] }), told('reading', reading(4)), told('reading', reading(6))]]) as never)
  const stop = new AbortController()
  const staying = live.stay(stop.signal)
  await expect.poll(() => live.reading?.at_s).toBe(6)
  expect(live.columns.at_s).toEqual([2, 4, 6])
  expect(live.columns.held).toEqual([0, 0, 1])
  expect(live.columns.asked_C1).toEqual([null, null, 2])
  stop.abort()
  await staying
})

test('a lost connection is told until it is back', async () => {
  const live = new Live(server([[told('reading', reading(2))], new Unreachable('cut')], [[told('reading', reading(4))]]) as never)
  const stop = new AbortController()
  const staying = live.stay(stop.signal)
  await expect.poll(() => live.lost).toBe(true)
  expect(live.isOld(2)).toBe(true)
  await expect.poll(() => live.reading?.at_s, { timeout: 5_000 }).toBe(4)
  expect(live.isOld(5)).toBe(false)
  expect(live.isOld(60)).toBe(true)
  stop.abort()
  await staying
})

test('who may not watch does not ask again', async () => {
  const live = new Live(server([new Refused('This is for operators.', 403, 'not_allowed')]) as never)
  await live.stay(new AbortController().signal)
  expect(live.fault).toBeInstanceOf(Refused)
})

test('no more is remembered than the server does', () => {
  let columns = {}
  for (let at = 0; at < POINTS + 5; at++) columns = appended(columns, { at_s: at, held: 1 })
  expect((columns as { at_s: number[] }).at_s.length).toBe(POINTS)
  expect((columns as { at_s: number[] }).at_s[0]).toBe(5)
})

test('a point holds what is plotted', () => {
  expect(pointOf(reading(8))).toMatchObject({ at_s: 8, asked_C1: 2, refused: 0.5, answered_tokens: 40, pressure: 0.3, posture: 'normal' })
})
