// The files of a message that is not sent yet, kept beside its words. Knows their names; the server has them for a day.

import type { Attachment } from '../shapes'
import { keep, recall } from '../storage'

/** By the conversation's id, `new` for one that is not begun. Where drafts are forgotten, these are too. */
const name = (id: string) => `draft.files.${id}`

export function keepFiles(id: string, files: Attachment[]): void {
  keep(name(id), files.length ? JSON.stringify(files) : null)
}

export function recallFiles(id: string): Attachment[] {
  try {
    const kept: unknown = JSON.parse(recall(name(id)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((each: Partial<Attachment> | null): each is Attachment => typeof each?.id === 'string') : []
  } catch {
    return [] // Written by another version of the app, or by hand.
  }
}
