// Lines over the last minutes, drawn by uPlot. Knows its options and the look's colours; knows nothing of what is measured.

import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { roundAbove } from '../people/plot'

export interface Line {
  /** A colour of the look: `--accent`. */
  colour: string
  values: (number | null)[]
  dashed?: boolean
}

export interface Lines {
  at_s: number[]
  lines: Line[]
  language: string
  /** The axis reaches at least so far, so that a quiet day looks quiet. */
  least: number
}

const HEIGHT = 140

/** Draws into the element; `update` draws newer values, `end` takes the plot away. */
export function drawLines(element: HTMLElement, first: Lines): { update(next: Lines): void; end(): void } {
  let top = topOf(first)
  const plot = new uPlot(options(element, first, () => top), aligned(first), element)
  const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
  resized.observe(element)
  return {
    update(next) {
      top = topOf(next)
      plot.setData(aligned(next))
    },
    end() {
      resized.disconnect()
      plot.destroy()
    },
  }
}

const aligned = ({ at_s, lines }: Lines): uPlot.AlignedData => [at_s, ...lines.map(({ values }) => values)]

const topOf = ({ lines, least }: Pick<Lines, 'lines' | 'least'>): number =>
  roundAbove([least, ...lines.flatMap(({ values }) => values.filter((value) => value !== null))])

function options(element: HTMLElement, { lines, language }: Lines, top: () => number): uPlot.Options {
  const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim()
  // As logs tell the time, which are read beside it; with seconds where ticks are closer than a minute.
  const minutes = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const seconds = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' })
  const clock = (ticks: number[]) => ((ticks[1] ?? Infinity) - (ticks[0] ?? 0) < 60 ? seconds : minutes)
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 2 })
  const axis = { stroke: colour('--muted'), font: `12px ${getComputedStyle(element).fontFamily}`, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: () => [0, top()] } },
    axes: [
      { ...axis, grid: { show: false }, space: 72, size: 28, values: (_plot: uPlot, ticks: number[]) => ticks.map((at) => clock(ticks).format(at * 1000)) },
      {
        ...axis,
        grid: { stroke: colour('--line'), width: 1 },
        size: 48,
        splits: () => [0, top() / 2, top()],
        values: (_plot: uPlot, ticks: number[]) => ticks.map((at) => compact.format(at)),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: colour(line.colour),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
        ...(line.dashed ? { dash: [4, 4] } : {}),
      })),
    ],
  } as uPlot.Options
}
