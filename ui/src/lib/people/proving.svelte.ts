// A deed that guards the account: tried as it is, and again with what shows whose it is. Knows the order; knows no deed.

import { Refused } from '../api'
import type { Attempt } from '../attempt.svelte'
import type { Owner } from './shapes'

type Deed = (owner: Owner) => Promise<void>

export class Proving {
  /** While the server waits for the password or a second factor. */
  asking = $state(false)
  readonly attempt: Attempt
  #deed: Deed | null = null

  constructor(attempt: Attempt) {
    this.attempt = attempt
  }

  /** For what takes a lock away: that is never done without. */
  ask(deed: Deed): void {
    this.#deed = deed
    this.attempt.trouble = null
    this.asking = true
  }

  /** For what adds one: a sign-in of a moment ago may be enough. */
  at(deed: Deed): Promise<void> {
    this.#deed = deed
    this.asking = false
    return this.attempt.at(() => this.#try({}))
  }

  show(owner: Owner): Promise<void> {
    return this.attempt.at(() => this.#try(owner))
  }

  stop(): void {
    this.asking = false
    this.attempt.trouble = null
  }

  async #try(owner: Owner): Promise<void> {
    try {
      await this.#deed?.(owner)
      this.asking = false
    } catch (fault) {
      const needed = fault instanceof Refused && fault.code === 'proof_needed'
      if (!needed || this.asking) throw fault
      this.asking = true
    }
  }
}
