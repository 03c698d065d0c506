// One's own standing as the server tells it. Knows the shapes; knows no transport.

export interface Home {
  id: string
  kind: 'device' | 'network'
  here: boolean
  /** Seconds since 1970, as all times here; from then on it counts as a home. */
  settled_at: number
  first_used_at: number
  last_used_at: number
  days: number
}

export interface Standing {
  class: string
  at_home: boolean
  in_good_standing: boolean
  why: 'home' | 'first_day' | 'away' | 'new'
  message: string
  posture: string
  /** While the service is busy, so that the class decides who is served first. */
  matters: boolean
  ways: string[]
  homes: Home[]
}
