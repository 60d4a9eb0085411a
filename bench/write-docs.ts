/** `npm run bench:docs`: the tables and plots of docs/benchmarks.md, from the results that lie in bench/results. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { drawPlots } from './plots.ts'
import { printTable, RESULTS, type Results } from './report.ts'

const PAGE = new URL('../docs/benchmarks.md', import.meta.url)
const PLOTS = new URL('../docs/benchmarks/', import.meta.url)
const SCALE = new URL('./results/scale.json', import.meta.url)
const BEGIN = '<!-- results: written by npm run bench:docs -->\n'
const END = '<!-- end of results -->\n'

const results: Results = JSON.parse(readFileSync(RESULTS, 'utf8'))
const scale = existsSync(SCALE) ? JSON.parse(readFileSync(SCALE, 'utf8')) : undefined

mkdirSync(PLOTS, { recursive: true })
const images: string[] = []
for (const { file, title, svg } of drawPlots(results, scale)) {
  writeFileSync(new URL(file, PLOTS), svg)
  images.push(`![${title}](benchmarks/${file})\n`)
}

const text = readFileSync(PAGE, 'utf8')
const begin = text.indexOf(BEGIN)
const end = text.indexOf(END)
if (begin === -1 || end < begin) throw new Error('docs/benchmarks.md lacks the marks of the results')
const written = ['', printTable(results), '', ...images, ''].join('\n')
writeFileSync(PAGE, text.slice(0, begin + BEGIN.length) + written + text.slice(end))
