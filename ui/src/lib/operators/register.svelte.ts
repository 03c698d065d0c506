// The register of accounts, as far as it is looked at. Knows what is sought and which page is shown; draws nothing.

import type { AccountRow } from '../shapes'
import type { OperatorsApi } from './api'
import type { Kind } from './shapes'

export const PAGE = 50
/** So long after the last key it is asked: an address is typed in one go. */
const PAUSE_MS = 250

export class Register {
  text = $state('')
  kind = $state<Kind>('all')
  offset = $state(0)
  rows = $state.raw<AccountRow[] | null>(null)
  total = $state(0)
  readonly #api: OperatorsApi
  #asked = 0
  #pause: ReturnType<typeof setTimeout> | undefined

  constructor(api: OperatorsApi) {
    this.#api = api
  }

  get last(): number {
    return this.offset + (this.rows?.length ?? 0)
  }

  /** An answer that a newer question overtook is not shown. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    const { accounts, total } = await this.#api.find(this.text, this.kind, PAGE, this.offset)
    if (asked !== this.#asked) return
    this.rows = accounts
    this.total = total
  }

  /** Something else is sought; the first page of it is shown after a moment without typing. */
  seek(then: () => void): void {
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => {
      this.offset = 0
      then()
    }, PAUSE_MS)
  }

  turn(pages: number): void {
    this.offset = Math.max(0, this.offset + pages * PAGE)
  }
}
