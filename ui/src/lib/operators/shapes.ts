// What operators are told of accounts. Knows the shapes of the HTTP contract; knows no transport.

import type { AccountRow, Key, Role } from '../shapes'
import type { Bound } from '../people/usage'

export type Kind = 'all' | 'operating' | 'vouched' | 'disabled'

export interface AccountPage {
  accounts: AccountRow[]
  /** On all pages. */
  total: number
}

/** By the names of docs/settings.md. Null is the settings', and nothing for a key; 0 is no bound. */
export type Budget = Record<BoundName, number | null>

export type Unit = 'requests' | 'tokens' | 'engine_s' | 'money'
export type BoundName = `${Unit}_per_${'day' | 'month'}`

export interface OneAccount extends AccountRow {
  verified_at: number | null
  /** Those that are not revoked. */
  keys: Key[]
  /** By key id; the empty one is the account's. Where none is set there is none. */
  budgets: Record<string, Budget>
  default: Budget
  /** What is used of each bound that holds, by key id. */
  bounds: Record<string, Bound[]>
  /** Whether the settings name a price; else nothing costs anything. */
  priced: boolean
}

export interface StandingWish {
  disabled?: boolean
  vouched?: boolean
  first_day?: boolean
  role?: Role
}
