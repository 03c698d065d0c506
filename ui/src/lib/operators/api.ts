// The server's HTTP for operators, about accounts. Knows addresses; the way there is handed in.

import type { Send } from '../people/api'
import type { Invite, InviteWanted, NewInvite, Person } from '../people/shapes'
import type { AccountRow } from '../shapes'
import type * as shapes from './shapes'

const part = encodeURIComponent

export class OperatorsApi {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  find = (text: string, kind: shapes.Kind, limit: number, offset: number) =>
    this.#send<shapes.AccountPage>('GET', `/api/operator/accounts?q=${part(text)}&kind=${kind}&limit=${limit}&offset=${offset}`)
  account = (id: string) => this.#send<shapes.OneAccount>('GET', `/api/operator/accounts/${part(id)}`)
  change = (id: string, wish: shapes.StandingWish) => this.#send<AccountRow>('POST', `/api/operator/accounts/${part(id)}`, wish)
  revokeKey = (id: string, key_id: string) => this.#send<void>('DELETE', `/api/operator/accounts/${part(id)}/keys/${part(key_id)}`)
  resetFactors = (id: string) => this.#send<void>('POST', `/api/operator/accounts/${part(id)}/reset-factors`)
  /** Of the account where there is no key. */
  bound = (id: string, key_id: string, budget: shapes.Budget) =>
    this.#send<void>('PUT', `/api/operator/accounts/${part(id)}/budgets`, { ...(key_id ? { key_id } : {}), ...budget })

  pending = () => this.#send<{ accounts: Person[] }>('GET', '/api/operator/pending')
  approve = (id: string) => this.#send<Person>('POST', `/api/operator/accounts/${part(id)}/approve`)
  reject = (id: string) => this.#send<void>('POST', `/api/operator/accounts/${part(id)}/reject`)
  invites = () => this.#send<{ invites: Invite[] }>('GET', '/api/operator/invites')
  invite = (wanted: InviteWanted) => this.#send<NewInvite>('POST', '/api/operator/invites', wanted)
  revokeInvite = (id: string) => this.#send<void>('DELETE', `/api/operator/invites/${part(id)}`)
}
