import { expect, test } from 'vitest'
import { SseParser, serverEvents } from '../src/lib/sse'

const STREAM = ': keep-alive\n\nevent: begun\ndata: {"a":1}\n\nid: 7\nevent: piece\r\ndata: one\r\ndata: two\r\n\r\ndata:bare\n\n'
const EVENTS = [
  { event: 'begun', data: '{"a":1}', id: '' },
  { event: 'piece', data: 'one\ntwo', id: '7' },
  { event: 'message', data: 'bare', id: '7' },
]

test('events come out whole however the stream is cut', () => {
  for (let size = 1; size <= STREAM.length; size++) {
    const parser = new SseParser()
    const heard = []
    for (let at = 0; at < STREAM.length; at += size) heard.push(...parser.push(STREAM.slice(at, at + size)))
    expect(heard).toEqual(EVENTS)
  }
})

test('an event that was not finished is not told', () => {
  expect(new SseParser().push('event: done\ndata: {}\n')).toEqual([])
})

test('characters of several bytes survive a cut between their bytes', async () => {
  const bytes = new TextEncoder().encode('data: 港口 🌊\n\n')
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      for (const byte of bytes) stream.enqueue(Uint8Array.of(byte))
      stream.close()
    },
  })
  const heard = []
  for await (const events of serverEvents(body)) heard.push(...events)
  expect(heard).toEqual([{ event: 'message', data: '港口 🌊', id: '' }])
})

test('leaving the loop cancels the stream', async () => {
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => stream.enqueue(new TextEncoder().encode('data: 1\n\n')),
    cancel: () => void (cancelled = true),
  })
  for await (const _ of serverEvents(body)) break
  expect(cancelled).toBe(true)
})

test('a connection that has died without a word is told by its silence', async () => {
  const silent = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: one\n\n')),
  })
  const heard: string[] = []
  const listening = async () => {
    for await (const events of serverEvents(silent, 20)) heard.push(...events.map(({ data }) => data))
  }
  await expect(listening()).rejects.toThrow('no sign of life')
  expect(heard).toEqual(['one'])
})
