/** Plots as SVG, drawn by ECharts without a browser. */
import * as echarts from 'echarts'
import { percentile } from './harness/load.ts'
import type { Results } from './report.ts'
import type { Scale } from './scale-report.ts'

interface Plot {
  file: string
  title: string
  svg: string
}

interface Line {
  name: string
  points: [x: number, y: number][]
}

interface Axes {
  x: string
  y: string
  /** Labels of x where it is not a number that is shown as it is. */
  xLabel?: (value: number) => string
  /** Each step up is ten times as much. */
  yLog?: boolean
}

export function drawPlots(results: Results, scale: Scale | undefined): Plot[] {
  return [...throughput(results), stormWaits(results), ...(scale ? [costBySize(scale)] : [])]
}

function throughput({ sweep = [] }: Results): Plot[] {
  return [...new Set(sweep.map(({ what }) => what))].map((what) => {
    const ofThis = sweep.filter((point) => point.what === what)
    const lines = [...new Set(ofThis.map(({ subject }) => subject))].map((name) => ({
      name,
      points: ofThis
        .filter(({ subject }) => subject === name)
        .map(({ clients, rate }): [number, number] => [clients, rate]),
    }))
    const title = `${what[0]?.toUpperCase()}${what.slice(1)} by number of clients`
    return draw(`${what.replaceAll(' ', '-')}.svg`, title, lines, { x: 'clients', y: `${what} a second` })
  })
}

/** 9 of 10, 99 of 100 … are each one step on. */
function stormWaits({ distributions }: Results): Plot {
  const shares = Array.from({ length: 61 }, (_, n) => 1 - 10 ** (-n / 20))
  const lines = Object.entries(distributions).map(([name, times]) => {
    const sorted = times.toSorted((a, b) => a - b)
    const seen = shares.filter((share) => sorted.length * (1 - share) >= 1)
    return { name, points: seen.map((share): [number, number] => [-Math.log10(1 - share), percentile(sorted, share)]) }
  })
  const xLabel = (nines: number) => `${+(100 * (1 - 10 ** -nines)).toFixed(2)} %`
  const title = 'Answers while 32 clients sign in: how many came within how long'
  return draw('storm.svg', title, lines, { x: 'share of the answers', y: 'milliseconds', xLabel, yLog: true })
}

function costBySize({ results }: Scale): Plot {
  const names = Object.keys(results[0]?.acts ?? {})
  const lines = names.map((name) => ({
    name,
    points: results.map(({ users, acts }): [number, number] => {
      const { serviceMsPerAct = 0, databaseMsPerAct = 0 } = acts[name] ?? {}
      return [users, serviceMsPerAct + databaseMsPerAct]
    }),
  }))
  return draw('size.svg', 'Processor time of an act by size of the database', lines, {
    x: 'users',
    y: 'milliseconds, service and PostgreSQL',
    yLog: true,
  })
}

/** As many as there are lines in one plot (Paul Tol's muted scheme, and three greys). */
const COLOURS = '#332288 #cc6677 #117733 #ddaa33 #88ccee #882255 #44aa99 #999933 #aa4499 #222222 #777777 #aaaaaa'.split(
  ' ',
)

function draw(file: string, title: string, lines: Line[], { x, y, xLabel, yLog = false }: Axes): Plot {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 860, height: 460 })
  const logarithmic = xLabel === undefined
  chart.setOption({
    animation: false,
    color: COLOURS,
    backgroundColor: '#ffffff',
    title: { text: title, left: 'center', textStyle: { fontSize: 15 } },
    legend: { bottom: 4, type: 'plain' },
    grid: { left: 70, right: 40, top: 50, bottom: 40 + 24 * Math.ceil(lines.length / 3) + 24 },
    xAxis: {
      name: x,
      nameLocation: 'middle',
      nameGap: 28,
      type: logarithmic ? 'log' : 'value',
      ...(logarithmic ? { logBase: 2 } : { interval: 1 }),
      ...(xLabel && { axisLabel: { formatter: xLabel } }),
    },
    yAxis: { name: y, type: yLog ? 'log' : 'value' },
    series: lines.map(({ name, points }) => ({
      name,
      type: 'line',
      data: points,
      symbolSize: 5,
      showSymbol: logarithmic,
    })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return { file, title, svg }
}
