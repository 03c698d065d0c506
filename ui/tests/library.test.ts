// @vitest-environment jsdom
import { expect, test, vi } from 'vitest'
import { Refused, refusalIn } from '../src/lib/api'
import { Conversations, inOrder } from '../src/lib/conversations.svelte'
import { matching, wantedPrompt } from '../src/lib/library/prompts.svelte'
import { Search } from '../src/lib/library/search.svelte'
import type { Added, Hit } from '../src/lib/library/shapes'
import { Undoing } from '../src/lib/library/undoing.svelte'
import { sizeOf, Uploads, type SendFile } from '../src/lib/library/uploads.svelte'
import { placeOf } from '../src/lib/router.svelte'
import type { Conversation } from '../src/lib/shapes'

const NO_TROUBLE = { sentence: 'no', code: 'no', until_s: null, param: null }

function row(id: string, updated_at: number, more: Partial<Conversation> = {}): Conversation {
  return { id, title: id, model: 'm', created_at: 0, updated_at, pinned: false, archived: false, folder_id: null, ...more }
}

const ids = (list: Conversation[] | null) => list?.map((each) => each.id)

test('pinned conversations come first, then the last used', () => {
  const list = [row('old', 1), row('new', 3), row('pinned', 2, { pinned: true })]
  expect(ids(list.sort(inOrder))).toEqual(['pinned', 'new', 'old'])
})

test('what the server lists no more is gone, and what is further down stays', () => {
  const page = Array.from({ length: 50 }, (_, at) => row(`p${at}`, 1000 - at))
  const list = new Conversations({ page: vi.fn() })
  list.start(page)
  list.touch(row('further down', 5))
  list.touch(row('begun just now', 2000))
  list.renew(page.filter((each) => each.id !== 'p3').concat(row('p50', 940)))
  expect(ids(list.all)).not.toContain('p3')
  expect(ids(list.all)?.at(0)).toBe('begun just now')
  expect(ids(list.all)?.at(-1)).toBe('further down')
})

test('what was deleted does not come back with an answer that was on its way', () => {
  const list = new Conversations({ page: vi.fn() })
  list.start([row('b', 2), row('a', 1)])
  const before = list.asking()
  list.forget('b')
  list.renew([row('b', 2), row('a', 1)], before)
  expect(ids(list.all)).toEqual(['a'])
  list.renew([row('b', 2), row('a', 1)], list.asking())
  expect(ids(list.all)).toEqual(['b', 'a'])
})

test('an answer that was overtaken by a later one tells nothing', () => {
  const list = new Conversations({ page: vi.fn() })
  list.start([row('a', 1)])
  const [earlier, later] = [list.asking(), list.asking()]
  list.renew([row('a', 1, { title: 'renamed' })], later)
  list.renew([row('a', 1)], earlier)
  expect(list.find('a')?.title).toBe('renamed')
})

test('an archived conversation leaves the list and comes back to its place', () => {
  const list = new Conversations({ page: vi.fn() })
  list.start([row('c', 3), row('b', 2), row('a', 1)])
  list.archived = []
  list.touch(row('b', 2, { archived: true }))
  expect([ids(list.all), ids(list.archived)]).toEqual([['c', 'a'], ['b']])
  list.touch(row('b', 2))
  expect([ids(list.all), ids(list.archived)]).toEqual([['c', 'b', 'a'], []])
})

test('a folder is listed whole, however many pages it has', async () => {
  const pages = [{ conversations: [row('a', 2)], next: 'then' }, { conversations: [row('b', 1)], next: null }]
  const list = new Conversations({ page: vi.fn(async () => pages.shift() ?? { conversations: [], next: null }) })
  await list.openFolder('f')
  expect(ids(list.all)).toEqual(['a', 'b'])
})

test('an answer to words that were typed before shows nothing', async () => {
  const answers: ((hits: Hit[]) => void)[] = []
  const api = { search: () => new Promise<{ hits: Hit[] }>((resolve) => answers.push((hits) => resolve({ hits }))) }
  const search = new Search(api, () => NO_TROUBLE)
  const hit = (id: string) => ({ conversation: row(id, 0) }) as Hit
  search.words = 'har'
  const first = search.now()
  search.words = 'harbour'
  const second = search.now()
  answers[1]?.([hit('wanted')])
  answers[0]?.([hit('stale')])
  await Promise.all([first, second])
  expect(search.hits?.map((each) => each.conversation.id)).toEqual(['wanted'])
  search.words = ' '
  expect([search.hits, search.wanted, search.busy]).toEqual([null, false, false])
})

test('what can be undone is offered for ten seconds, and no longer hurried while somebody is at it', async () => {
  vi.useFakeTimers()
  const undone = vi.fn(async () => undefined)
  const undoing = new Undoing()
  undoing.offer({ words: 'gone', undo: undone })
  undoing.hold()
  vi.advanceTimersByTime(60_000)
  expect(undoing.last?.words).toBe('gone')
  undoing.go()
  vi.advanceTimersByTime(9_999)
  expect(undoing.last).not.toBeNull()
  vi.advanceTimersByTime(1)
  expect(undoing.last).toBeNull()
  undoing.offer({ words: 'gone', undo: undone })
  await Promise.all([undoing.undo(), undoing.undo()])
  expect(undone).toHaveBeenCalledTimes(1)
  vi.useRealTimers()
})

test('a slash alone asks for prompts, and a path or a second line does not', () => {
  expect([wantedPrompt('/'), wantedPrompt('/proof'), wantedPrompt('a /b'), wantedPrompt('/a\nb')]).toEqual(['', 'proof', null, null])
  const prompts = [
    { id: '1', title: 'Letter', text: 'to the harbour' },
    { id: '2', title: 'Harbour notes', text: 'short' },
  ]
  expect(matching(prompts, 'harbour').map((each) => each.id)).toEqual(['2', '1'])
  expect(matching(prompts, 'harbour short').map((each) => each.id)).toEqual(['2'])
})

test('files go one after the other; a refused one says why and the next goes on', async () => {
  let under_way = 0
  let most = 0
  const send: SendFile = async (file) => {
    most = Math.max(most, ++under_way)
    await Promise.resolve()
    under_way--
    if (file.name === 'bad.exe') throw new Refused('Not this kind.', 415, 'unsupported_file')
    return { id: file.name, name: file.name } as Added
  }
  const message = { attached: [] }
  const uploads = new Uploads(message, send, (fault) => ({ ...NO_TROUBLE, sentence: (fault as Error).message }), () => undefined)
  uploads.add([new File(['a'], 'a.txt'), new File(['b'], 'bad.exe'), new File(['c'], 'c.txt')])
  await vi.waitFor(() => expect(uploads.busy).toBe(false))
  expect(message.attached.map(({ name }) => name)).toEqual(['a.txt', 'c.txt'])
  expect(uploads.all.map((each) => each.trouble?.sentence)).toEqual(['Not this kind.'])
  expect(most).toBe(1)
})

test('sizes are said as people say them', () => {
  expect([sizeOf(31, 'en'), sizeOf(31_000, 'en'), sizeOf(3_140_000, 'en')]).toEqual(['31 bytes', '31 kB', '3.1 MB'])
})

test('a refusal is read from its body, and without one by its status', () => {
  const told = refusalIn(415, '{"error":{"message":"No.","code":"unsupported_file"},"retry_after_s":3}', null)
  expect([told.message, told.code, told.retryAfter_s]).toEqual(['No.', 'unsupported_file', 3])
  const bare = refusalIn(502, '<html>', '7')
  expect([bare.code, bare.retryAfter_s]).toEqual(['http_502', 7])
})

test('a link to a shared conversation has a place of its own', () => {
  expect(placeOf('/s/abc')).toEqual({ name: 'shared', token: 'abc' })
  expect(placeOf('/s/')).toEqual({ name: 'missing' })
})
