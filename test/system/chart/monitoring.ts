/** Alerts and dashboard: their queries are PromQL, and each alert leads to a section of the runbook. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { parse } from 'yaml'
import { CHART } from './helm.ts'
import { type Case, one } from './promises.ts'

interface Rule {
  alert: string
  expr: string
  annotations: Record<string, string>
}

const RUNBOOK = 'docs/operations.md'

function readRules(): Rule[] {
  const { groups } = parse(readFileSync(join(CHART, 'alerts.yaml'), 'utf8')) as { groups: { rules: Rule[] }[] }
  return groups.flatMap(({ rules }) => rules)
}

export function everyAlertLeadsToTheRunbook(): void {
  const headings = readFileSync(join(CHART, '..', RUNBOOK), 'utf8').matchAll(/^#+ (.+)$/gm)
  const anchors = [...headings].map(([, title = '']) => anchorOf(title))
  for (const { alert, annotations } of readRules()) {
    const [file, anchor = ''] = annotations['runbook_url']?.split('#') ?? []
    assert.equal(file, RUNBOOK, alert)
    assert(anchors.includes(anchor), `${alert}: ${RUNBOOK} has no section #${anchor}`)
  }
}

/** As GitHub and most others make it of a heading. */
const anchorOf = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

export function everyQueryIsPromQl(): number {
  const dashboard = readFileSync(join(CHART, 'dashboards/omnicrm-identity.json'), 'utf8')
  const panels = JSON.parse(dashboard).panels as { title: string; targets?: { expr: string }[] }[]
  const queries = [
    ...readRules().map(({ alert, expr }) => ({ name: alert, expr })),
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ name: title, expr }))),
  ]
  for (const { name, expr } of queries) {
    // Grafana puts a duration there.
    const text = expr.replaceAll('$__rate_interval', '5m')
    parser.parse(text).iterate({
      enter(node) {
        assert(!node.type.isError, `${name}: no PromQL at ${node.from}: ${text}`)
      },
    })
  }
  return queries.length
}

/** What Helm made of the files is what is in them. */
export function rulesAndDashboardArriveWhole(given: Case): void {
  const { runbook } = given.values.metrics.alerts as { runbook: string }
  const [group] = one(given, 'PrometheusRule').spec.groups
  assert.deepEqual(
    group.rules.map((rule: Rule) => ({ ...rule, annotations: Object.keys(rule.annotations) })),
    readRules().map((rule) => ({ ...rule, annotations: Object.keys(rule.annotations) })),
  )
  for (const { annotations } of group.rules) assert(annotations.runbook_url.startsWith(`${runbook}#`))
  const { data } = one(given, 'ConfigMap', /-dashboard$/)
  assert.equal(data['omnicrm-identity.json'], readFileSync(join(CHART, 'dashboards/omnicrm-identity.json'), 'utf8'))
}
