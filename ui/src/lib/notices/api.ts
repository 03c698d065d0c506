// The HTTP of what operators tell the public. Knows addresses; keeps no state.

import type { Banner, Impact, Incident, Maintenance, NewIncident, Phase, Plan, Texts } from './shapes'

type Json = <T>(method: string, path: string, body?: unknown) => Promise<T>

const of = (id: string) => `/api/operator/incidents/${encodeURIComponent(id)}`

export class NoticesApi {
  #json: Json

  constructor(json: Json) {
    this.#json = json
  }

  incidents = () => this.#json<{ incidents: Incident[] }>('GET', '/api/operator/incidents')
  open = (incident: NewIncident) => this.#json<Incident>('POST', '/api/operator/incidents', incident)
  settle = (id: string, change: { impact?: Impact; published?: boolean }) => this.#json<Incident>('POST', of(id), change)
  write = (id: string, phase: Phase, texts: Texts) => this.#json<Incident>('POST', `${of(id)}/updates`, { phase, ...texts })
  reword = (id: string, update: string, texts: Texts) =>
    this.#json<Incident>('POST', `${of(id)}/updates/${encodeURIComponent(update)}`, texts)
  merge = (id: string, into: string) => this.#json<Incident>('POST', `${of(id)}/merge`, { into })

  maintenances = () => this.#json<{ maintenances: Maintenance[] }>('GET', '/api/operator/maintenances')
  announce = (plan: Plan) => this.#json<Maintenance>('POST', '/api/operator/maintenances', plan)
  end = (id: string) => this.#json<Maintenance>('POST', `/api/operator/maintenances/${encodeURIComponent(id)}/end`)

  banner = () => this.#json<Banner>('GET', '/api/operator/banner')
  putBanner = (banner: Banner) => this.#json<Banner>('POST', '/api/operator/banner', banner)
}
