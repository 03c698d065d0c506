// What the server tells a page by the address that it sends the browser to. Knows the form; decides nothing.

import type { Router } from '../router.svelte'
import type { SecondStep } from './shapes'

export interface Told {
  /** A refusal's code, as in docs/refusals.md. */
  refused: string | null
  step: SecondStep | null
}

/** Takes it out of the address bar. A mere place on the page, such as #homes, is left there. */
export function toldBehindHash(router: Router): Told {
  if (!location.hash.includes('=')) return { refused: null, step: null }
  const told = new URLSearchParams(router.takeHash())
  const ticket = told.get('second')
  return { refused: told.get('refused'), step: ticket ? { ticket, second_factor: (told.get('ways') ?? '').split(',') } : null }
}
