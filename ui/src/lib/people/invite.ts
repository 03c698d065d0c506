// The invite that somebody came with. Knows where it is kept until they are in: a reload or a wait must not lose it.

import type { Router } from '../router.svelte'
import { keep, recall } from '../storage'

const KEPT = 'draft.invite'

/** The one of the link that was opened, which leaves the address bar, or else the one that is kept. */
export function heldInvite(router: Router): string {
  const given = router.takeHash()
  if (given) holdInvite(given)
  return given || (recall(KEPT) ?? '')
}

/** Keeps it; an empty one is laid aside. */
export function holdInvite(secret: string): void {
  keep(KEPT, secret || null)
}
