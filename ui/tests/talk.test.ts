// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { Refused, Unreachable } from '../src/lib/api'
import type { ChatEvent, Conversation, Message, Question } from '../src/lib/shapes'
import { Talk, type Surroundings } from '../src/lib/talk.svelte'

type Numbered = ChatEvent & { number: number }
const CONVERSATION: Conversation = { id: 'c', title: '', model: 'm', created_at: 0, updated_at: 0 }
const DONE = { event: 'done', data: { status: 'complete', finish: 'stop', saved: true } } as const

function message(id: string, parent_id: string | null, more: Partial<Message> = {}): Message {
  const speaker = id.startsWith('u') ? 'user' : 'assistant'
  return { id, parent_id, speaker, text: `said ${id}`, reasoning: '', status: 'complete', created_at: 0, model: 'm', ...more }
}

/** A server with one conversation, which answers each question with its words, or refuses the next. */
function house(messages: Message[] = [], leaf_id: string | null = null) {
  const asked: Question[] = []
  const shown: string[] = []
  const stopped: string[] = []
  const followed: string[] = []
  let refusal: Error | null = null
  const script = (events: ChatEvent[]): Numbered[] => events.map((event, at) => ({ ...event, number: at + 1 }))
  const around: Surroundings = {
    api: {
      conversation: async () => ({ conversation: { ...CONVERSATION, leaf_id }, messages }),
      showBranch: async (_id, leaf) => (shown.push(leaf), CONVERSATION),
      stopAnswer: async (id) => void stopped.push(id),
      chat: async function* (question) {
        asked.push(question)
        const fault = refusal
        refusal = null
        if (fault) throw fault
        const answer_id = `a-${question.message_id}`
        yield script([{ event: 'begun', data: { conversation: CONVERSATION, message_id: question.message_id, answer_id } }])
        yield script([{ event: 'piece', data: { text: `to ${question.text}` } }, { event: 'piece', data: {} }, DONE]).map((each) => ({ ...each, number: each.number + 1 }))
      },
      answer: async function* (id) {
        followed.push(id)
        yield script([{ event: 'piece', data: { text: 'the whole' } }, DONE])
      },
    },
    trouble: (fault) => ({ sentence: String(fault), code: fault instanceof Refused ? fault.code : 'unreachable', until_s: null, param: null }),
    troubleIn: () => ({ sentence: '', code: '', until_s: null, param: null }),
    ready: async () => undefined,
    begun: () => undefined,
    ended: () => undefined,
    model: () => 'm',
  }
  return { around, asked, shown, stopped, followed, refuse: (fault: Error) => void (refusal = fault) }
}

async function opened(server: ReturnType<typeof house>): Promise<Talk> {
  const talk = new Talk(server.around, 'c')
  await talk.load('c')
  return talk
}

const texts = (talk: Talk) => talk.messages.map(({ text }) => text)
const TWO = [message('u1', null), message('a1', 'u1'), message('u2', 'a1'), message('a2', 'u2')]

test('what is said goes after what is shown, and is answered', async () => {
  const server = house(TWO)
  const talk = await opened(server)
  talk.draft = ' more '
  await talk.send()
  expect(server.asked[0]).toMatchObject({ conversation_id: 'c', text: 'more', parent_id: 'a2' })
  expect(texts(talk).slice(-2)).toEqual(['more', 'to more'])
  expect(talk.draft).toBe('')
})

test('a turn that comes later than was told is known as such until the answer is over', async () => {
  const server = house(TWO)
  const grew: boolean[] = []
  server.around.api.chat = async function* (question) {
    const answer_id = `a-${question.message_id}`
    const told = [{ wait_s: 2 }, { wait_s: 9, longer: true }, { wait_s: 8 }]
    yield [{ event: 'begun', number: 1, data: { conversation: CONVERSATION, message_id: question.message_id, answer_id } }]
    for (const [at, more] of told.entries()) {
      yield [{ event: 'waiting', number: at + 2, data: { place: 1, ...more } }]
      grew.push(talk.grew)
    }
    yield [{ ...DONE, number: 5 }]
  }
  const talk = await opened(server)
  talk.draft = 'more'
  await talk.send()
  expect(grew).toEqual([false, true, true])
  expect(talk.grew).toBe(false)
})

test('the first message of a conversation follows nothing', async () => {
  const server = house()
  const talk = new Talk(server.around)
  talk.draft = 'hello'
  await talk.send()
  expect(server.asked[0]).not.toHaveProperty('parent_id')
  expect(talk.id).toBe('c')
})

test('another answer is a version beside the first', async () => {
  const server = house(TWO)
  const talk = await opened(server)
  await talk.regenerate()
  expect(server.asked[0]).toMatchObject({ text: null, parent_id: 'u2' })
  const last = talk.messages.at(-1)!
  expect(texts(talk)).toEqual(['said u1', 'said a1', 'said u2', 'to null'])
  expect(talk.versions(last)).toMatchObject({ at: 2, of: 2, before: 'a2' })
  talk.show('a2')
  expect(texts(talk).at(-1)).toBe('said a2')
  expect(server.shown).toEqual(['a2'])
})

test('a changed message begins a branch at its place, at the very beginning too', async () => {
  const server = house(TWO)
  const talk = await opened(server)
  talk.edit(talk.messages[0]!, 'other words')
  await talk.sendEdited()
  expect(server.asked[0]).toMatchObject({ text: 'other words', parent_id: '' })
  expect(texts(talk)).toEqual(['other words', 'to other words'])
  expect(talk.versions(talk.messages[0]!)).toMatchObject({ at: 2, of: 2 })
  talk.show('u1')
  expect(texts(talk)).toEqual(TWO.map(({ text }) => text))
})

test('the branch that was shown last is the one that opens', async () => {
  const both = [...TWO, message('u3', 'a1'), message('a3', 'u3')]
  expect(texts(await opened(house(both, 'a2'))).at(-1)).toBe('said a2')
  expect(texts(await opened(house(both, 'a3'))).at(-1)).toBe('said a3')
})

test('words that were refused come back to where they were typed', async () => {
  const server = house(TWO)
  const talk = await opened(server)
  talk.draft = 'to be kept'
  server.refuse(new Refused('', 429, 'share_used', null, 5))
  await talk.send()
  expect(talk.draft).toBe('to be kept')
  expect(texts(talk)).toEqual(TWO.map(({ text }) => text))

  talk.edit(talk.messages[2]!, 'changed words')
  server.refuse(new Unreachable('away'))
  await talk.sendEdited()
  expect(talk.editing).toEqual({ id: 'u2', text: 'changed words' })
  expect(talk.draft).toBe('to be kept')
})

test('what was refused is asked again as it was, and nothing else', async () => {
  const server = house(TWO)
  const talk = await opened(server)
  talk.draft = 'typed meanwhile'
  server.refuse(new Refused('', 429, 'share_used', null, 5))
  await talk.regenerate()
  await talk.askAgain()
  expect(server.asked.map(({ text }) => text)).toEqual([null, null])
  expect(server.asked[0]?.message_id).toBe(server.asked[1]?.message_id)
  expect(talk.draft).toBe('typed meanwhile')
})

test('an answer that is still being written is heard on', async () => {
  const server = house([message('u1', null), message('a1', 'u1', { status: 'streaming', text: 'the' })])
  const talk = await opened(server)
  await expect.poll(() => talk.busy).toBe(false)
  expect(server.followed).toEqual(['a1'])
  expect(texts(talk).at(-1)).toBe('the whole')
  expect(talk.messages.at(-1)?.status).toBe('complete')
})

test('what happened elsewhere shows, and this page’s own answer is not fetched again', async () => {
  const server = house([...TWO])
  const talk = await opened(server)
  talk.draft = 'mine'
  await talk.send()
  const before = talk.messages.length
  await talk.renew(talk.messages.at(-1)!.id)
  expect(talk.messages.length).toBe(before)
  await talk.renew('somebody else’s')
  expect(talk.messages.length).toBe(TWO.length)
})
