/** What dashboards and alerts ask for must exist: a question for a metric that nobody tells is silence, not calm. */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { startTestApp } from './support/app.ts'
import { createUser, login } from './support/users.ts'

const HELM = new URL('../helm/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, HELM), 'utf8')

interface Rule {
  alert: string
  expr: string
  annotations: { runbook_url: string }
}

const rules: Rule[] = parse(read('alerts.yaml')).groups.flatMap(({ rules }: { rules: Rule[] }) => rules)

/** Every query of the dashboards, wherever it stands. */
function queriesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) =>
    key === 'expr' && typeof entry === 'string' ? [entry] : queriesIn(entry),
  )
}
const dashboards = readdirSync(new URL('dashboards/', HELM)).filter((file) => file.endsWith('.json'))
const queries = dashboards.flatMap((file) => queriesIn(JSON.parse(read(`dashboards/${file}`))))

/** The metrics and the labels that a query names. */
function namesIn(query: string): { metrics: string[]; labels: string[] } {
  const labels: string[] = []
  const withoutLabels = query
    .replace(/"[^"]*"/g, '""')
    .replace(/\{([^}]*)\}/g, (_all, matchers) => {
      labels.push(...[...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label))
      return ''
    })
    .replace(/\b(by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)/g, (_all, _word, list) => {
      labels.push(...list.split(',').map((label: string) => label.trim()))
      return ''
    })
    .replace(/\[[^\]]*\]/g, '')
  const words = [...withoutLabels.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([word]) => word)
  return { metrics: words.filter((word) => !['and', 'or', 'unless', 'bool', 'offset'].includes(word)), labels }
}

t.test('every query of the dashboards and alerts asks for metrics and labels that there are', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const { body } = await login(app, user)
  for (let n = 0; n < 8; n++) await login(app, { ...user, password: 'wrong' })
  await app.call('POST', '/auth/refresh', { body: { refresh_token: body.refresh_token } })
  const { text } = await app.call('GET', '/metrics')

  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  const names = new Set(
    types.flatMap(([, name, type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => `${name}${suffix}`) : [name],
    ),
  )
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label))
  // Given by Prometheus to whatever it scrapes.
  for (const label of ['namespace', 'pod']) labels.add(label)

  t.ok(rules.length >= 10 && queries.length >= 20)
  for (const query of [...rules.map(({ expr }) => expr), ...queries]) {
    const asked = namesIn(query)
    t.ok(asked.metrics.length > 0, query)
    for (const name of asked.metrics) t.ok(names.has(name), `${name} in ${query}`)
    for (const label of asked.labels) t.ok(labels.has(label), `label ${label} in ${query}`)
  }
})

t.test('every alert leads to its section of the runbook', async (t) => {
  const text = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8')
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s+/g, '-'),
  )
  for (const { alert, annotations } of rules) {
    const [file, anchor = ''] = annotations.runbook_url.split('#')
    t.equal(file, 'docs/operations.md', alert)
    t.ok(anchors.includes(anchor), `${alert}: ${anchor}`)
  }
})
