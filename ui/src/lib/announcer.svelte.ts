// What a screen reader is told in passing. Knows one polite sentence at a time; decides nothing.

import { untrack } from 'svelte'

export class Announcer {
  sentence = $state('')

  say(sentence: string): void {
    // The same words twice are only spoken twice when they differ: a trailing space is silent.
    this.sentence = sentence === untrack(() => this.sentence) ? `${sentence} ` : sentence
  }
}
