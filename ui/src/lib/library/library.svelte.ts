// What one does with one's conversations: keep them in order, put away, delete, and take that back. Knows the deeds and
// what each is undone by; draws nothing.

import type { Conversations } from '../conversations.svelte'
import type { Key } from '../i18n/index.svelte'
import type { Conversation } from '../shapes'
import type { Trouble } from '../trouble'
import type { LibraryApi } from './api'
import { Prompts } from './prompts.svelte'
import { Search } from './search.svelte'
import type { Change, Folder } from './shapes'
import { Undoing } from './undoing.svelte'
import { Uploads, type Message } from './uploads.svelte'

/** What it needs of the page. */
export interface Host {
  api: LibraryApi
  conversations: Conversations
  csrfToken: () => string | null
  t: (key: Key, values?: Record<string, string | number>) => string
  explain: (fault: unknown) => Trouble
  say: (words: string) => void
  settled: (conversation: Conversation) => void
  removed: (id: string) => void
  /** Opens a conversation that was had back. */
  back: (id: string) => void
  /** Whether it is the one that is open. */
  seen: (id: string) => boolean
}

/** A question about one conversation, in a dialog; without one about that which is not begun yet. */
export interface Sheet {
  name: 'share' | 'manner' | 'move'
  conversation: Conversation | null
}

export class Library {
  folders = $state<Folder[]>([])
  sheet = $state.raw<Sheet | null>(null)
  /** What went wrong with the last deed. */
  trouble = $state<Trouble | null>(null)
  readonly search: Search
  readonly prompts: Prompts
  readonly undoing = new Undoing()
  #host: Host
  #uploads = new WeakMap<Message, Uploads>()

  constructor(host: Host) {
    this.#host = host
    this.search = new Search(host.api, host.explain)
    this.prompts = new Prompts(host.api)
  }

  /** The files on their way to a message, whichever conversation is looked at in the meantime. */
  uploadsTo(message: Message): Uploads {
    const { explain, csrfToken, say, t } = this.#host
    const known = this.#uploads.get(message)
    if (known) return known
    const uploads = new Uploads(
      message,
      async (...sent) => (await import('./sending')).sendFile(sent[0], csrfToken(), sent[1], sent[2]),
      explain,
      (added) => say(t(added.shortened ? 'attach.shortened' : 'attach.added', { name: added.name })),
    )
    this.#uploads.set(message, uploads)
    return uploads
  }

  async settle(id: string, change: Change): Promise<boolean> {
    return this.#try(async () => this.#take(await this.#host.api.settle(id, change)))
  }

  async pin(conversation: Conversation): Promise<void> {
    const pinned = !conversation.pinned
    if (await this.settle(conversation.id, { pinned })) this.#host.say(this.#host.t(pinned ? 'library.pinned' : 'library.unpinned'))
  }

  async archive(conversation: Conversation): Promise<void> {
    const archived = !conversation.archived
    if (!(await this.settle(conversation.id, { archived }))) return
    const words = this.#host.t(archived ? 'library.archived' : 'library.unarchived', { title: this.#title(conversation) })
    this.#offer(words, () => this.settle(conversation.id, { archived: !archived }))
  }

  async remove(conversation: Conversation): Promise<boolean> {
    const { id } = conversation
    const seen = this.#host.seen(id)
    const done = await this.#try(async () => {
      await this.#host.api.remove(id)
      this.#host.conversations.forget(id)
      this.#host.removed(id)
    })
    if (done) this.#offer(this.#host.t('library.deleted', { title: this.#title(conversation) }), () => this.#restore(id, seen))
    return done
  }

  async move(conversation: Conversation, folder: Folder | null): Promise<boolean> {
    return this.settle(conversation.id, { folder_id: folder?.id ?? null })
  }

  async addFolder(name: string): Promise<Folder | null> {
    let made: Folder | null = null
    await this.#try(async () => {
      made = await this.#host.api.addFolder(name)
      this.#keep([...this.folders, made])
    })
    return made
  }

  async renameFolder(folder: Folder, name: string): Promise<boolean> {
    return this.#try(async () => {
      const renamed = await this.#host.api.renameFolder(folder.id, name)
      this.#keep(this.folders.map((each) => (each.id === folder.id ? renamed : each)))
    })
  }

  /** What is in it stays, outside of folders. */
  async removeFolder(folder: Folder): Promise<boolean> {
    return this.#try(async () => {
      await this.#host.api.removeFolder(folder.id)
      this.#keep(this.folders.filter((each) => each.id !== folder.id))
      const { conversations } = this.#host
      conversations.all = conversations.all.map((each) => (each.folder_id === folder.id ? { ...each, folder_id: null } : each))
    })
  }

  /** Another person is here now. */
  forget(): void {
    this.folders = []
    this.sheet = this.trouble = null
    this.search.words = ''
    this.prompts.forget()
    this.undoing.dismiss()
  }

  async #restore(id: string, seen: boolean): Promise<void> {
    await this.#try(async () => this.#take(await this.#host.api.restore(id)))
    if (seen) this.#host.back(id)
  }

  #take(conversation: Conversation): void {
    this.#host.conversations.touch(conversation)
    this.#host.settled(conversation)
  }

  #keep(folders: Folder[]): void {
    this.folders = folders.sort((a, b) => a.name.localeCompare(b.name))
  }

  #offer(words: string, undo: () => Promise<unknown>): void {
    this.undoing.offer({ words, undo })
  }

  #title(conversation: Conversation): string {
    return conversation.title || this.#host.t('list.untitled')
  }

  async #try(deed: () => Promise<unknown>): Promise<boolean> {
    this.trouble = null
    try {
      await deed()
      return true
    } catch (fault) {
      this.trouble = this.#host.explain(fault)
      return false
    }
  }
}
