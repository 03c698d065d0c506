// A message as the page shows it: what the server keeps, and what is only known while it is heard. Draws nothing.

import type { Message } from './shapes'

export interface Shown extends Message {
  /** Milliseconds on the page's clock between which reasoning was received; null when it was not seen here. */
  thinkingFrom_ms: number | null
  thinkingTo_ms: number | null
  /** False when the server told that the answer could not be kept. */
  saved: boolean
  /** True when the answer just ended at its length limit. */
  cutShort: boolean
}

export function shown(message: Message): Shown {
  return { ...message, thinkingFrom_ms: null, thinkingTo_ms: null, saved: true, cutShort: message.finish === 'length' }
}

/** The kept part again. */
export function kept({ thinkingFrom_ms, thinkingTo_ms, saved, cutShort, ...message }: Shown): Message {
  return { ...message, finish: cutShort ? 'length' : (message.finish ?? null) }
}

export function blank(id: string, speaker: Message['speaker'], parent_id: string | null): Message {
  return { id, speaker, parent_id, text: '', reasoning: '', status: 'complete', created_at: Date.now() / 1000, model: '' }
}

/** The messages as they are now, and of those that are the same as before the same objects: nothing is drawn anew for them. */
export function renewed(before: Shown[], messages: Message[]): Shown[] {
  return messages.map((message, at) => {
    const old = before[at]
    const same = old?.id === message.id && old.status === message.status && old.text === message.text && old.status !== 'streaming'
    return same ? old : shown(message)
  })
}

export function newId(): string {
  return crypto.randomUUID?.() ?? madeId()
}

/** For pages served over plain HTTP on a network, where randomUUID is not to be had. */
function madeId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
