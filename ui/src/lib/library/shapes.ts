// What the server sends of folders, searches, prompts, links and files. Knows shapes; knows no transport.

import type { Attachment, Conversation, Message } from '../shapes'

export interface Folder {
  id: string
  name: string
  created_at: number
}

/** `message_id` is null where the title matched. The three texts follow each other. */
export interface Hit {
  conversation: Conversation
  message_id: string | null
  speaker: Message['speaker'] | null
  at: number
  before: string
  match: string
  after: string
}

export interface Prompt {
  id: string
  title: string
  text: string
}

/** An open link. `path` is where its page stands on this service. */
export interface Share {
  id: string
  conversation_id: string
  leaf_id: string
  title: string
  created_at: number
  /** Whether its pictures are shown too, and the names of its other files. */
  files: boolean
  url: string
  path: string
}

export interface Shared {
  title: string
  shared_at: number
  messages: Pick<Message, 'id' | 'speaker' | 'text' | 'model' | 'status' | 'created_at' | 'attachments'>[]
}

/** How answers are chosen; what is left out is as the model's makers and the operator have it. */
export interface Sampling {
  temperature?: number | null
  top_p?: number | null
  max_tokens?: number | null
  [other: string]: unknown
}

/** How the questions of a conversation are asked. */
export interface Manner {
  instructions: string
  sampling: Sampling
}

export interface Change extends Partial<Manner> {
  title?: string
  pinned?: boolean
  archived?: boolean
  folder_id?: string | null
  model?: string
}

/** A file that was taken. `shortened` where not all of its text is kept. */
export interface Added extends Attachment {
  tokens: number
  pages: number | null
  shortened: boolean
}

export interface ImportReport {
  /** Conversations. */
  imported: number
  folders: number
  prompts: number
  files: number
  skipped_count: number
  /** The first of them. */
  skipped: { title: string; code: string; why: string }[]
}

/** How far an import is, or how the last one went; `none` since the service started. */
export interface ImportState {
  state: 'none' | 'running' | 'done' | 'refused'
  /** Between 0 and 1. */
  share: number
  conversations: number
  report: ImportReport | null
  error: { message: string; code: string } | null
}
