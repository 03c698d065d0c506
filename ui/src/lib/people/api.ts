// The server's HTTP about accounts, as typed verbs. Knows addresses; the way there is handed in.

import type { SignedIn } from '../shapes'
import type * as shapes from './shapes'
import type { UsageReport } from './usage'
import type { CreationOptions, Credential, RequestOptions } from './webauthn'

export type Send = <T>(method: string, path: string, body?: unknown) => Promise<T>

const part = encodeURIComponent

export class PeopleApi {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  signIn = (email: string, password: string) => this.#send<shapes.AtTheDoor>('POST', '/api/auth/login', { email, password })
  signUp = (application: shapes.Application) => this.#send<shapes.Registered>('POST', '/api/auth/signup', application)
  second = (ticket: string, way: string, code: string) => this.#send<SignedIn>('POST', '/api/auth/second', { ticket, way, code })
  passkeyBegin = (ticket?: string) =>
    this.#send<{ state: string; options: RequestOptions }>('POST', '/api/auth/passkey/begin', ticket ? { ticket } : {})
  passkeyFinish = (state: string, credential: Credential, ticket?: string) =>
    this.#send<SignedIn>('POST', '/api/auth/passkey/finish', { state, credential, ...(ticket ? { ticket } : {}) })
  oidcBegin = (provider: string) => this.#send<{ url: string }>('POST', `/api/auth/oidc/${part(provider)}/begin`)
  verify = (token: string, password: string) => this.#send<shapes.Registered>('POST', '/api/auth/verify', { token, password })
  forgot = (email: string) => this.#send<void>('POST', '/api/auth/forgot', { email })
  reset = (token: string, password: string) => this.#send<void>('POST', '/api/auth/reset', { token, password })

  prefer = (wish: Partial<Pick<shapes.Profile, 'language' | 'theme'>>) => this.#send<shapes.Profile>('PATCH', '/api/account', wish)
  acceptTerms = (version: string) => this.#send<shapes.Profile>('POST', '/api/account/terms', { version })
  leave = (password: string) => this.#send<void>('DELETE', '/api/account', { password })

  authenticator = () => this.#send<shapes.Authenticator>('GET', '/api/account/authenticator')
  authenticatorBegin = (password: string) => this.#send<shapes.NewAuthenticator>('POST', '/api/account/authenticator/begin', { password })
  authenticatorConfirm = (code: string) => this.#send<{ recovery_codes: string[] }>('POST', '/api/account/authenticator/confirm', { code })
  authenticatorRemove = (password: string) => this.#send<void>('DELETE', '/api/account/authenticator', { password })
  recoveryCodes = (password: string) => this.#send<{ recovery_codes: string[] }>('POST', '/api/account/authenticator/recovery', { password })

  passkeys = () => this.#send<{ passkeys: shapes.Passkey[] }>('GET', '/api/account/passkeys')
  newPasskeyBegin = () => this.#send<{ state: string; options: CreationOptions }>('POST', '/api/account/passkeys/begin', {})
  newPasskeyFinish = (state: string, name: string, credential: Credential) =>
    this.#send<shapes.Passkey>('POST', '/api/account/passkeys/finish', { state, name, credential })
  renamePasskey = (id: string, name: string) => this.#send<shapes.Passkey>('PATCH', `/api/account/passkeys/${part(id)}`, { name })
  removePasskey = (id: string) => this.#send<void>('DELETE', `/api/account/passkeys/${part(id)}`)

  sessions = () => this.#send<{ sessions: shapes.SessionRow[] }>('GET', '/api/account/sessions')
  endSession = (id: string) => this.#send<void>('DELETE', `/api/account/sessions/${part(id)}`)
  endOtherSessions = () => this.#send<void>('DELETE', '/api/account/sessions')

  usage = (days: number) => this.#send<UsageReport>('GET', `/api/usage?days=${days}`)
  bringIn = (file: File) => this.#send<shapes.Imported>('POST', '/api/import', file)

  pending = () => this.#send<{ accounts: shapes.Person[] }>('GET', '/api/operator/pending')
  approve = (id: string) => this.#send<shapes.Person>('POST', `/api/operator/accounts/${part(id)}/approve`)
  reject = (id: string) => this.#send<void>('POST', `/api/operator/accounts/${part(id)}/reject`)
  invites = () => this.#send<{ invites: shapes.Invite[] }>('GET', '/api/operator/invites')
  invite = (wanted: shapes.InviteWanted) => this.#send<shapes.NewInvite>('POST', '/api/operator/invites', wanted)
  revokeInvite = (id: string) => this.#send<void>('DELETE', `/api/operator/invites/${part(id)}`)
}

export const isSignedIn = (answer: shapes.AtTheDoor | shapes.Registered): answer is SignedIn => 'csrf_token' in answer
