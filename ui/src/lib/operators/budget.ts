// A budget as it is typed. Knows its units and what may stand in a field; knows no screen.

import type { BoundName, Budget, Unit } from './shapes'

export const UNITS: readonly Unit[] = ['requests', 'tokens', 'engine_s', 'money']
export const PERIODS = ['day', 'month'] as const
export const NAMES: readonly BoundName[] = UNITS.flatMap((unit) => PERIODS.map((period) => `${unit}_per_${period}` as const))

export type Typed = Record<BoundName, string>

/** Half a request is none. */
const isWhole = (name: BoundName) => name.startsWith('requests') || name.startsWith('tokens')
const GROUPED = /^\d{1,3}([ ,_\u00a0\u202f]\d{3})+(\.\d+)?$/
const PLAIN = /^\d{1,15}(\.\d+)?$/

/** The number that is meant; null for an empty field, undefined for what is no number from 0 on. */
export function numberIn(text: string, name: BoundName): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  if (!GROUPED.test(typed) && !PLAIN.test(typed)) return undefined
  const value = Number(typed.replace(/[ ,_\u00a0\u202f]/g, ''))
  return isWhole(name) && !Number.isInteger(value) ? undefined : value
}

export function typed(budget: Budget | undefined): Typed {
  return Object.fromEntries(NAMES.map((name) => [name, budget?.[name]?.toString() ?? ''])) as Typed
}

/** What was typed as a budget, or the first field that holds none. */
export function budgetIn(fields: Typed): { budget: Budget } | { wrong: BoundName } {
  const budget = {} as Budget
  for (const name of NAMES) {
    const value = numberIn(fields[name], name)
    if (value === undefined) return { wrong: name }
    budget[name] = value
  }
  return { budget }
}
