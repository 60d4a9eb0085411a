/** `npm run bench:docs`: the tables and plots of docs/benchmarks.md, from the results that lie in bench/results. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { drawPlots } from './plots.ts'
import { printTable, RESULTS, type Results } from './report.ts'
import { SCALE, type Scale, scaleTable } from './scale-report.ts'

const PAGE = new URL('../docs/benchmarks.md', import.meta.url)
const PLOTS = new URL('../docs/benchmarks/', import.meta.url)
const results: Results = JSON.parse(readFileSync(RESULTS, 'utf8'))
const scale: Scale | undefined = existsSync(SCALE) ? JSON.parse(readFileSync(SCALE, 'utf8')) : undefined

mkdirSync(PLOTS, { recursive: true })
const images = drawPlots(results, scale).map(({ file, title, svg }) => {
  writeFileSync(new URL(file, PLOTS), svg)
  return { file, image: `![${title}](benchmarks/${file})` }
})
const [ofSize, others] = [true, false].map((isOfSize) =>
  images.filter(({ file }) => (file === 'size.svg') === isOfSize).map(({ image }) => image),
)
let page = readFileSync(PAGE, 'utf8')
write('results', [printTable(results), ...(others ?? [])])
if (scale) write('sizes', [scaleTable(scale), ...(ofSize ?? [])])
writeFileSync(PAGE, page)

/** Replaces what lies between two marks. */
function write(name: string, blocks: string[]): void {
  const begin = `<!-- ${name}: written by npm run bench:docs -->\n`
  const from = page.indexOf(begin)
  const to = page.indexOf(`<!-- end of ${name} -->`)
  if (from === -1 || to < from) throw new Error(`docs/benchmarks.md lacks the marks of the ${name}`)
  page = `${page.slice(0, from + begin.length)}\n${blocks.join('\n\n')}\n\n${page.slice(to)}`
}
