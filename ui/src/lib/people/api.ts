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
  second = (ticket: string, shown: shapes.FactorShown) => this.#send<SignedIn>('POST', '/api/auth/second', { ticket, ...shown })
  secondPasskey = (ticket: string) => this.#send<{ options: RequestOptions }>('POST', '/api/auth/second/passkey', { ticket })
  passkeyBegin = () => this.#send<{ options: RequestOptions }>('POST', '/api/auth/passkey/begin')
  passkeyFinish = (credential: Credential) => this.#send<shapes.AtTheDoor>('POST', '/api/auth/passkey/finish', { credential })
  verify = (token: string, password: string) => this.#send<shapes.Registered>('POST', '/api/auth/verify', { token, password })
  forgot = (email: string) => this.#send<void>('POST', '/api/auth/forgot', { email })
  reset = (token: string, password: string) => this.#send<void>('POST', '/api/auth/reset', { token, password })

  prefer = (wish: Partial<Pick<shapes.Profile, 'language' | 'theme'>>) => this.#send<shapes.Profile>('PATCH', '/api/account', wish)
  acceptTerms = (version: string) => this.#send<shapes.Profile>('POST', '/api/account/terms', { version })
  leave = (password: string) => this.#send<void>('DELETE', '/api/account', { password })

  factors = () => this.#send<shapes.Kept>('GET', '/api/account/factors')
  authenticatorBegin = (owner: shapes.Owner) => this.#send<shapes.NewAuthenticator>('POST', '/api/account/authenticator', owner)
  authenticatorConfirm = (code: string) => this.#send<shapes.Codes>('POST', '/api/account/authenticator/confirm', { code })
  authenticatorRemove = (owner: shapes.Owner) => this.#send<void>('DELETE', '/api/account/authenticator', owner)
  recoveryCodes = (owner: shapes.Owner) => this.#send<shapes.Codes>('POST', '/api/account/recovery-codes', owner)
  newPasskey = (owner: shapes.Owner) => this.#send<{ options: CreationOptions }>('POST', '/api/account/passkeys/begin', owner)
  addPasskey = (name: string, credential: Credential) =>
    this.#send<shapes.Codes & { passkey: shapes.Passkey }>('POST', '/api/account/passkeys', { name, credential })
  renamePasskey = (id: string, name: string) => this.#send<void>('PATCH', `/api/account/passkeys/${part(id)}`, { name })
  removePasskey = (id: string, owner: shapes.Owner) => this.#send<void>('DELETE', `/api/account/passkeys/${part(id)}`, owner)
  ownPasskeyProof = () => this.#send<{ options: RequestOptions }>('POST', '/api/account/passkeys/proof')

  identities = () => this.#send<{ identities: shapes.OutsideIdentity[] }>('GET', '/api/account/identities')
  connect = (provider: string, owner: shapes.Owner) => this.#send<{ url: string }>('POST', `/api/account/identities/${part(provider)}`, owner)
  disconnect = (provider: string, owner: shapes.Owner) => this.#send<void>('DELETE', `/api/account/identities/${part(provider)}`, owner)

  sessions = () => this.#send<{ sessions: shapes.SessionRow[] }>('GET', '/api/account/sessions')
  endSession = (id: string) => this.#send<void>('DELETE', `/api/account/sessions/${part(id)}`)
  endOtherSessions = () => this.#send<void>('DELETE', '/api/account/sessions')

  usage = (days: number) => this.#send<UsageReport>('GET', `/api/usage?days=${days}`)
}

export const isSignedIn = (answer: shapes.AtTheDoor | shapes.Registered): answer is SignedIn => 'csrf_token' in answer
