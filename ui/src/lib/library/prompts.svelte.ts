// The saved prompts, asked for when they are first needed. Knows which match what is typed; draws nothing.

import type { LibraryApi } from './api'
import type { Prompt } from './shapes'

export class Prompts {
  /** Null until they are known. */
  all = $state<Prompt[] | null>(null)
  #api: Pick<LibraryApi, 'prompts'>

  constructor(api: Pick<LibraryApi, 'prompts'>) {
    this.#api = api
  }

  async load(): Promise<void> {
    this.all = (await this.#api.prompts()).prompts
  }

  /** They may have changed on another page. */
  forget(): void {
    this.all = null
  }

  matching(words: string): Prompt[] {
    return matching(this.all ?? [], words)
  }
}

/** Those whose title has all the words, before those of which only the text does. */
export function matching(prompts: Prompt[], words: string): Prompt[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const has = (text: string) => wanted.every((word) => text.toLowerCase().includes(word))
  const titled = prompts.filter((each) => has(each.title))
  return [...titled, ...prompts.filter((each) => !titled.includes(each) && has(`${each.title} ${each.text}`))]
}

/** What is looked for where a message begins with a slash and is nothing else yet; null elsewhere. */
export function wantedPrompt(draft: string): string | null {
  return /^\/[^\n]{0,60}$/.test(draft) ? draft.slice(1) : null
}
