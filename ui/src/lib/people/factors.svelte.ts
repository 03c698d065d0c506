// An account's second factors, for the parts of a page that show them. Knows what is kept; the server keeps it.

import { getContext, setContext } from 'svelte'
import type { PeopleApi } from './api'
import type { Kept } from './shapes'

export class MyFactors {
  kept = $state.raw<Kept | null>(null)
  /** Recovery codes that were told just now, and are told this once. */
  codes = $state.raw<readonly string[]>([])
  readonly #api: PeopleApi

  constructor(api: PeopleApi) {
    this.#api = api
  }

  async load(): Promise<void> {
    this.kept = await this.#api.factors()
  }

  /** New ones, where there are some; an account that has codes already gets none. */
  told(codes: readonly string[]): void {
    if (codes.length) this.codes = codes
  }
}

const NAME = Symbol('factors')
export const provideFactors = (factors: MyFactors): MyFactors => setContext(NAME, factors)
export const useFactors = (): MyFactors => getContext<MyFactors>(NAME)
