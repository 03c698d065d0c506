// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { Refused, Unreachable } from '../src/lib/api'
import { hear, type Listener } from '../src/lib/hearing'
import type { ChatEvent, Conversation, Question } from '../src/lib/shapes'

type Numbered = ChatEvent & { number: number }
/** What one connection does: tells events, and ends or fails. */
type Connection = (number | Error)[]

const CONVERSATION: Conversation = { id: 'c', title: '', model: 'm', created_at: 0, updated_at: 0 }
const QUESTION: Question = { conversation_id: null, message_id: 'm1', text: 'hello', model: 'm' }
const EVENTS: Numbered[] = [
  { number: 1, event: 'begun', data: { conversation: CONVERSATION, message_id: 'm1', answer_id: 'a1' } },
  { number: 2, event: 'piece', data: { text: 'one' } },
  { number: 3, event: 'piece', data: { text: 'two' } },
  { number: 4, event: 'done', data: { status: 'complete', finish: 'stop', saved: true } },
]

/** A server that takes each connection as it is told, and writes down how it was asked. */
function server(...connections: Connection[]) {
  const asked: string[] = []
  async function* serve(question: string, signal: AbortSignal): AsyncGenerator<Numbered[]> {
    asked.push(question)
    for (const step of connections.shift() ?? [new Error('asked too often')]) {
      if (signal.aborted) throw new DOMException('aborted', 'AbortError')
      if (step instanceof Error) throw step
      yield EVENTS.filter(({ number }) => number === step)
    }
  }
  return {
    asked,
    chat: (_question: Question, signal: AbortSignal) => serve('chat', signal),
    answer: (id: string, after: number, signal: AbortSignal) => serve(`${id} after ${after}`, signal),
  }
}

async function heard(api: ReturnType<typeof server>, what: Question | { answer_id: string }, signal = new AbortController().signal) {
  const lost: boolean[] = []
  const listener: Listener = { lost: (is) => lost.push(is), pause: async () => undefined }
  const numbers: number[] = []
  for await (const batch of hear(api, what, signal, listener)) numbers.push(...batch.map(({ number }) => number))
  return { numbers, lost }
}

test('an answer is heard from the question to its end', async () => {
  const api = server([1, 2, 3, 4])
  expect((await heard(api, QUESTION)).numbers).toEqual([1, 2, 3, 4])
  expect(api.asked).toEqual(['chat'])
})

test('a lost connection goes on where it was lost, and says so in the meantime', async () => {
  const api = server([1, 2, new Unreachable('cut')], [new Unreachable('still away')], [3, 4])
  const { numbers, lost } = await heard(api, QUESTION)
  expect(numbers).toEqual([1, 2, 3, 4])
  expect(api.asked).toEqual(['chat', 'a1 after 2', 'a1 after 2'])
  expect(lost).toContain(true)
  expect(lost.at(-1)).toBe(false)
})

test('a stream that ends without an end goes on too', async () => {
  const api = server([1, 2], [3, 4])
  expect((await heard(api, QUESTION)).numbers).toEqual([1, 2, 3, 4])
})

test('what is told again is heard once', async () => {
  const api = server([1, 2, new Unreachable('cut')], [1, 2, 3, 4])
  expect((await heard(api, QUESTION)).numbers).toEqual([1, 2, 3, 4])
})

test('a service that is busy or starts again is asked again', async () => {
  const api = server([1, new Unreachable('cut')], [new Refused('', 503, 'no_room')], [2, 3, 4])
  expect((await heard(api, QUESTION)).numbers).toEqual([1, 2, 3, 4])
})

test('an answer that is not there any more is not asked for for ever', async () => {
  const api = server([1, new Unreachable('cut')], [new Refused('', 404, 'not_found')])
  await expect(heard(api, QUESTION)).rejects.toThrow(Refused)
})

test('a question that was not taken is not asked a second time', async () => {
  for (const fault of [new Unreachable('away'), new Refused('', 429, 'share_used')]) {
    const api = server([fault])
    await expect(heard(api, QUESTION)).rejects.toBe(fault)
    expect(api.asked).toEqual(['chat'])
  }
  await expect(heard(server([]), QUESTION)).rejects.toThrow(Unreachable)
})

test('another page goes on with an answer by its name', async () => {
  const api = server([1, 2, 3, 4])
  expect((await heard(api, { answer_id: 'a1' })).numbers).toEqual([1, 2, 3, 4])
  expect(api.asked).toEqual(['a1 after 0'])
})

test('who leaves hears no more, and nothing is asked again', async () => {
  const leaving = new AbortController()
  const api = server([1, 2], [3, 4])
  const hearing = (async () => {
    for await (const batch of hear(api, QUESTION, leaving.signal, { lost: () => undefined })) if (batch[0]?.number === 2) leaving.abort()
  })()
  await expect(hearing).rejects.toThrow()
})

test.each(['online', 'offline'])('when the network changes (%s), a connection that is still silent is given up for a new one', async (sign) => {
  let open = () => undefined as void
  const opened = new Promise<void>((resolve) => (open = resolve))
  const api = {
    chat: async function* (_: Question, signal: AbortSignal): AsyncGenerator<Numbered[]> {
      yield EVENTS.slice(0, 1)
      open()
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))))
    },
    answer: server([2, 3, 4]).answer,
  }
  const hearing = (async () => {
    const numbers: number[] = []
    for await (const batch of hear(api, QUESTION, new AbortController().signal, { lost: () => undefined })) numbers.push(...batch.map(({ number }) => number))
    return numbers
  })()
  await opened
  dispatchEvent(new Event(sign))
  expect(await hearing).toEqual([1, 2, 3, 4])
})
