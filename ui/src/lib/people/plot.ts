// Bars by day, drawn by uPlot. Knows its options and the look's colours; knows nothing of what is counted.

import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface Bars {
  days: string[]
  values: number[]
  language: string
}

const HEIGHT = 160

/** Draws into the element until it is called again; what it returns takes the plot away. */
export function drawBars(element: HTMLElement, bars: Bars): () => void {
  const plot = new uPlot(options(element, bars), series(bars), element)
  const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
  resized.observe(element)
  return () => {
    resized.disconnect()
    plot.destroy()
  }
}

// The days' numbers as x: uPlot's own times would move a UTC day to the evening before.
const series = ({ values }: Bars): uPlot.AlignedData => [values.map((_, index) => index), values]

function options(element: HTMLElement, { days, values, language }: Bars): uPlot.Options {
  const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim()
  const short = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const compact = new Intl.NumberFormat(language, { notation: 'compact' })
  const font = `12px ${getComputedStyle(element).fontFamily}`
  const top = roundAbove(values)
  const axis = { stroke: colour('--muted'), font, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    // Room for the first and the last bar, which stand on the edge.
    scales: { x: { time: false, range: [-0.6, days.length - 0.4] }, y: { range: [0, top] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 64,
        incrs: [1, 2, 7, 14, 30, 60, 90],
        values: (_plot, ticks) => ticks.map((at) => (days[at] ? short.format(new Date(days[at])) : '')),
      },
      { ...axis, grid: { stroke: colour('--line'), width: 1 }, size: 48, splits: top % 2 ? [0, top] : [0, top / 2, top], values: (_plot, ticks) => ticks.map((at) => compact.format(at)) },
    ],
    series: [{}, { fill: colour('--accent'), stroke: colour('--accent'), width: 0, points: { show: false }, paths: uPlot.paths.bars?.({ size: [0.7, 24] }) }],
  } as uPlot.Options
}

/** The round number at or above the highest bar, so that the axis names it. */
export function roundAbove(values: readonly number[]): number {
  const most = Math.max(1, ...values)
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most) ?? most
}
