// Which keys are commands by themselves. Knows where people write; commands nothing.

/** A key alone, where nobody writes. */
export function isSingleKey(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !writing(event.target)
}

function writing(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('textarea, select, input:not([type="checkbox"])')
}

/** Where words stand that a key may change. */
export function isWriting(target: EventTarget | null): boolean {
  return writing(target) && (target as HTMLInputElement).value !== ''
}
