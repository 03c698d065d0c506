// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { Slices } from '../src/lib/slices.svelte'

test('the end of a long conversation is there at once, the others slice by slice', async () => {
  const slices = new Slices(() => 100)
  expect(slices.from).toBeGreaterThan(50)
  const steps: number[] = []
  await slices.grow(async (step) => {
    step()
    steps.push(slices.from)
  })
  expect(steps.length).toBeGreaterThan(5)
  expect(steps).toEqual([...steps].sort((a, b) => b - a))
  expect(steps.at(-1)).toBe(0)
})

test('what is said later hides nothing that was there', async () => {
  let total = 4
  const slices = new Slices(() => total)
  await slices.grow(async (step) => step())
  total = 500
  expect(slices.from).toBe(0)
})

test('a conversation that is left is drawn no further', async () => {
  const slices = new Slices(() => 100)
  let steps = 0
  await slices.grow(async (step) => {
    step()
    steps++
    slices.stop()
  })
  expect(steps).toBe(1)
})
