// The server's HTTP about what is kept: conversations, folders, links, prompts. Knows addresses; the way there is handed in.

import type { Send } from '../people/api'
import type { Conversation, ConversationPage } from '../shapes'
import type * as shapes from './shapes'

const part = encodeURIComponent

export interface Which {
  archived?: boolean
  folder?: string
  before?: string | null
  limit?: number
}

export class LibraryApi {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  page({ archived, folder, before, limit = 50 }: Which = {}): Promise<ConversationPage> {
    const query = new URLSearchParams({ limit: String(limit) })
    if (archived) query.set('archived', '1')
    if (folder) query.set('folder', folder)
    if (before) query.set('before', before)
    return this.#send<ConversationPage>('GET', `/api/conversations?${query}`)
  }

  settle = (id: string, change: shapes.Change) =>
    this.#send<Conversation & shapes.Manner>('PATCH', `/api/conversations/${part(id)}`, change)
  remove = (id: string) => this.#send<void>('DELETE', `/api/conversations/${part(id)}`)
  restore = (id: string) => this.#send<Conversation>('POST', `/api/conversations/${part(id)}/restore`)
  search = (words: string) => this.#send<{ hits: shapes.Hit[] }>('GET', `/api/search?limit=30&q=${part(words)}`)

  addFolder = (name: string) => this.#send<shapes.Folder>('POST', '/api/folders', { name })
  renameFolder = (id: string, name: string) => this.#send<shapes.Folder>('PATCH', `/api/folders/${part(id)}`, { name })
  removeFolder = (id: string) => this.#send<void>('DELETE', `/api/folders/${part(id)}`)

  prompts = () => this.#send<{ prompts: shapes.Prompt[] }>('GET', '/api/prompts')
  addPrompt = (prompt: Omit<shapes.Prompt, 'id'>) => this.#send<shapes.Prompt>('POST', '/api/prompts', prompt)
  changePrompt = (id: string, prompt: Partial<Omit<shapes.Prompt, 'id'>>) => this.#send<shapes.Prompt>('PATCH', `/api/prompts/${part(id)}`, prompt)
  removePrompt = (id: string) => this.#send<void>('DELETE', `/api/prompts/${part(id)}`)

  shares = () => this.#send<{ shares: shapes.Share[]; allowed: boolean }>('GET', '/api/shares')
  share = (id: string, leaf_id: string | null, files: boolean) =>
    this.#send<shapes.Share>('POST', `/api/conversations/${part(id)}/share`, leaf_id ? { leaf_id, files } : { files })
  revoke = (id: string) => this.#send<void>('DELETE', `/api/shares/${part(id)}`)
  shared = (token: string) => this.#send<shapes.Shared>('GET', `/api/shared/${part(token)}`)

  detach = (id: string) => this.#send<void>('DELETE', `/api/attachments/${part(id)}`)
  importState = () => this.#send<shapes.ImportState>('GET', '/api/import')
}

export const exportOf = (id: string, format: 'markdown' | 'json') => `/api/conversations/${part(id)}/export?format=${format}`
export const pictureIn = (token: string, id: string) => `/api/shared/${part(token)}/files/${part(id)}`
export const fileOf = (id: string) => `/api/attachments/${part(id)}`
