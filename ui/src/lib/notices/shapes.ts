// What operators tell the public: incidents, maintenance, the banner. Knows the JSON's shape alone.

export const COMPONENTS = ['chat', 'api', 'signup', 'signin', 'models'] as const
export const IMPACTS = ['none', 'minor', 'major', 'critical'] as const
export const PHASES = ['investigating', 'identified', 'monitoring', 'resolved'] as const
export type Component = (typeof COMPONENTS)[number]
export type Impact = (typeof IMPACTS)[number]
export type Phase = (typeof PHASES)[number]

/** The same in English and Chinese; one of them may be empty, and then the other is shown for it. */
export interface Texts {
  text_en: string
  text_zh: string
}

export interface Titles {
  title_en: string
  title_zh: string
}

export interface Update extends Texts {
  id: string
  phase: Phase
  at_s: number
  edited_s: number | null
  automatic: boolean
}

export interface Incident extends Titles {
  id: string
  phase: Phase
  impact: Impact
  components: Component[]
  opened_s: number
  changed_s: number
  resolved_s: number | null
  cause: string
  published: boolean
  merged_into: string
  saved: boolean
  updates: Update[]
}

export interface NewIncident extends Titles, Texts {
  impact: Impact
  components: Component[]
  published: boolean
}

export interface Plan extends Titles, Texts {
  components: Component[]
  begins_s: number
  ends_s: number
}

export interface Maintenance extends Plan {
  id: string
  ended_s: number | null
  stage: string
}

export interface Banner extends Texts {
  until_s: number | null
}
