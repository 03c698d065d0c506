// The list of keys, and whether single ones act (WCAG 2.1.4). Knows no key.

import { keep, recall } from './storage'

const NAME = 'single-keys'

export class Shortcuts {
  listed = $state(false)
  single = $state(recall(NAME) !== 'off')

  choose(single: boolean): void {
    this.single = single
    keep(NAME, single ? null : 'off')
  }
}
