// The bridge's part of the server's HTTP. Knows addresses; keeps no state.

import type { Entrance, Rehearsal, Treated } from './shapes'

type Json = <T>(method: string, path: string, body?: unknown) => Promise<T>

export class BridgeApi {
  #json: Json

  constructor(json: Json) {
    this.#json = json
  }

  networks = () => this.#json<{ networks: Treated[] }>('GET', '/api/operator/networks')
  treat = (network: string, treatment: Treated['treatment'], for_s: number | null, reason = '') =>
    this.#json<Treated>('POST', '/api/operator/networks', { network, treatment, for_s, reason })
  release = (network: string) => this.#json<void>('DELETE', `/api/operator/networks?network=${encodeURIComponent(network)}`)

  rehearsal = () => this.#json<Rehearsal>('GET', '/api/operator/rehearsal')
  rehearse = (mix: string, length: 'quick' | 'full') => this.#json<Rehearsal>('POST', '/api/operator/rehearsal', { mix, length })
  stopRehearsal = () => this.#json<Rehearsal>('DELETE', '/api/operator/rehearsal')

  entrance = () => this.#json<Entrance>('GET', '/api/operator/entrance')
  putEntrance = (word: Partial<Pick<Entrance, 'shut' | 'signups_per_min' | 'order'>> & { for_s?: number }) =>
    this.#json<Entrance>('POST', '/api/operator/entrance', word)
}
