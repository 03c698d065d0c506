// What the server tells of accounts, and is asked. Knows the shapes of the HTTP contract; knows no transport.

import type { AccountRow, Me, Role, SignedIn } from '../shapes'
import type { Credential } from './webauthn'

/** What the account's own pages show. An empty `language` or `theme` is the browser's. */
export interface Profile {
  language: string
  theme: '' | 'light' | 'dark'
  has_password: boolean
  /** Whether consent to the terms of today is to be asked for. */
  terms_due: boolean
  verified_at: number | null
}

export type MyProfile = Me & Profile

export type SignupMode = 'open' | 'approval' | 'invite' | 'domain' | 'closed'

export interface Terms {
  version: string
  url: string
}

/** An organisation's sign-in: `name` is in its addresses, `title` on its button. */
export interface Provider {
  name: string
  title: string
}

/** One of its people, to whom this account belongs too. `name` is empty where the settings know it no more. */
export interface OutsideIdentity {
  name: string
  title: string
  email: string
  created_at: number
}

/** What everybody at the gate may know of it. */
export interface GateFacts {
  signup: SignupMode
  signup_domains: string[]
  /** Whether mail is sent, so that a forgotten password can be set anew. */
  mail: boolean
  terms: Terms | null
  /** Organisations by which one may sign in. */
  outside: Provider[]
  /** Whether people without an account are answered. */
  guests: boolean
}

/** Registered, and not signed in: what comes first. */
export interface Awaited {
  state: 'mail' | 'approval'
  message: string
}

/** The password was right; one of these ways comes on top, with the ticket. */
export interface SecondStep {
  second_factor: string[]
  ticket: string
}

export type AtTheDoor = SignedIn | SecondStep
export type Registered = SignedIn | Awaited

export interface SessionRow {
  id: string
  /** Words such as `Firefox` and `Windows`, empty where they are not known. */
  browser: string
  system: string
  created_at: number
  last_used_at: number
  this: boolean
}

export interface Invite {
  id: string
  /** The one address that may use it, empty for whoever holds the link. */
  email: string
  role: Role
  made_by: string
  created_at: number
  expires_at: number
  uses_left: number
}

export interface NewInvite extends Invite {
  /** The link itself, told this once. */
  url: string
  /** Whether the mail server took the mail with it, where it was to be sent. */
  sent: boolean
}

export interface InviteWanted {
  email: string
  role: Role
  uses: number
  days: number
  /** Whether the link is mailed to the address. */
  send: boolean
}

export interface Application {
  email: string
  password: string
  proof?: string
  place?: string
  invite?: string
  accept_terms?: boolean
  language?: string
}

/** A row of the operator's list. */
export type Person = AccountRow & { pending: boolean; verified_at: number | null }

export interface NewAuthenticator {
  /** The key to type where no picture can be read, and the same as an address. */
  secret: string
  uri: string
  /** The picture, dark on white. */
  svg: string
}

export interface Passkey {
  id: string
  name: string
  transports: string[]
  created_at: number
  last_used_at: number | null
}

/** What an account has beside its password. */
export interface Kept {
  /** Null where there is no authenticator app. */
  authenticator_since: number | null
  passkeys: Passkey[]
  /** How many are left. */
  recovery_codes: number
}

/** Shown this once; empty where the account has some already. */
export interface Codes {
  recovery_codes: string[]
}

export type FactorShown = { way: 'totp' | 'recovery'; code: string } | { way: 'passkey'; credential: Credential }

/** That it is oneself. Empty where a fresh sign-in may be enough. */
export interface Owner {
  password?: string
  factor?: FactorShown
}
