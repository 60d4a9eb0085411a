/**
 * The chart: real helm renders every case, Kubernetes' own schemas accept what comes out, and the promises of the chart
 * hold in it. No cluster is involved: that pods start, hooks run and policies are enforced is not tried here.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { theDocumentsFitTheChart } from './chart/documents.ts'
import { CHART, getHelm, type Helm, type Manifest } from './chart/helm.ts'
import { findMistakes } from './chart/kubernetes-schemas.ts'
import * as monitoring from './chart/monitoring.ts'
import * as promises from './chart/promises.ts'
import { type Case, ofKind, one } from './chart/promises.ts'
import {
  everySettingHasItsPlace,
  everySwitchMayBeABoolean,
  settingsArriveAsWritten,
  theServiceTakesItsSettings,
} from './chart/settings.ts'
import type { SystemCheck } from './system-check.ts'

/** What each case is for. */
const SHOWS: Record<string, string[]> = {
  minimal: ['Secret'],
  production: [
    'HorizontalPodAutoscaler',
    'Ingress',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'PrometheusRule',
    'Secret',
    'ServiceMonitor',
  ],
  'existing-secret': [],
  ingress: ['Ingress'],
  gateway: ['HTTPRoute'],
  monitoring: ['PrometheusRule', 'ServiceMonitor'],
}

const PROMISES: ((given: Case) => void)[] = [
  promises.everyPodIsRestricted,
  promises.secretsStandInSecretsAlone,
  promises.theOwnersPasswordStaysOutOfRuntimePods,
  promises.theMigrationComesFirstAndHasAllItNeeds,
  promises.onlyTheServicesPodsAreSelected,
  promises.portsLeadSomewhere,
  promises.thereIsTimeToDrain,
  theServiceTakesItsSettings,
  settingsArriveAsWritten,
]

/** A typing mistake, or a value that would only fail in the cluster: refused, with the name in the complaint. */
const REFUSED = [
  'replicaCont=3',
  'config.ISSUR=https://id.example.com',
  'config.ISSUER=id.example.com',
  'config.SHUTDOWN_DELAY=soon',
  'config.LOG_LEVEL=verbose',
  'config.LOG_LEVEL=true',
  'config.SECURITY_NOTICES=true',
  'config.DATABASE_URL=postgres://a:b@c/d',
  'config.OTEL_EXPORTER_OTLP_HEADERS=authorization=token',
  'secret.values.DATABSE_URL=postgres://a:b@c/d',
  'secret.values.DATABASE_MIGRATION_URL=postgres://a:b@c/d',
  'secret.existing=both',
  'migration.secret.values.DATABASE_URL=postgres://a:b@c/d',
  'resources.limits.memry=1Gi',
  'resources.limits=null',
  'image.digest=latest',
  'service.type=Loadbalancer',
  'ingress.enable=true',
  'gateway.enabled=true',
  'networkPolicy.from[0].podSelecter.matchLabels.a=b',
  'metrics.alert.enabled=true',
  'tolerations[0].efect=NoSchedule',
  'affinity.podAntiAfinity.x=1',
]

export const helm: SystemCheck = {
  name: 'helm',
  packages: ['unzip'],
  async check(ok) {
    const helm = await getHelm()
    const cases = renderCases(helm)
    ok(`helm ${helm.version} lints and renders ${cases.map(({ name }) => name).join(', ')}`)

    const manifests = cases.flatMap((entry) => entry.manifests)
    assert.deepEqual(await findMistakes(manifests), [])
    for (const { name, manifests } of cases) {
      ok(`${name}: ${manifests.length} objects fit the schemas of Kubernetes: ${countKinds(manifests)}`)
    }
    await unknownFieldsAreRefused(cases)
    ok('an unknown field, a wrong type and a missing field do not')

    for (const given of cases) for (const promise of PROMISES) within(given.name, () => promise(given))
    ok(`in every case: ${PROMISES.map(({ name }) => inWords(name)).join('; ')}`)
    whatOnlySomeCasesShow(cases)
    aPathHasItsMetadataBesideIt(helm)
    ok('with BASE_PATH, Ingress and HTTPRoute lead to it and to the metadata of RFC 8414, without it to everything')

    for (const setting of REFUSED) refuses(helm, setting)
    everyObjectIsClosed(readSchema())
    everySettingHasItsPlace(readSchema(), cases)
    everySwitchMayBeABoolean(readSchema())
    ok(`values.schema.json refuses ${REFUSED.length} mistakes, closes every object, and has a place for every setting`)

    theDocumentsFitTheChart(helm)
    ok('what the README installs starts, and the commands of the documents name objects of the chart')

    const queries = monitoring.everyQueryIsPromQl()
    monitoring.everyAlertLeadsToTheRunbook()
    ok(`${queries} queries of alerts and dashboard are PromQL, and each alert leads to a section of the runbook`)
  },
}

function renderCases(helm: Helm): Case[] {
  const files = readdirSync(join(CHART, 'ci'))
  assert.deepEqual(
    files.sort(),
    Object.keys(SHOWS)
      .map((name) => `${name}-values.yaml`)
      .sort(),
  )
  return Object.keys(SHOWS).map((name) => {
    const file = fileOf(name)
    helm.lint(file)
    return { name, values: parse(readFileSync(file, 'utf8')), manifests: helm.template(file) }
  })
}

const fileOf = (name: string) => join(CHART, 'ci', `${name}-values.yaml`)

function countKinds(manifests: { kind: string }[]): string {
  const counts = Map.groupBy(manifests, ({ kind }) => kind)
  return [...counts].map(([kind, { length }]) => (length > 1 ? `${length} ${kind}` : kind)).join(', ')
}

async function unknownFieldsAreRefused(cases: Case[]): Promise<void> {
  for (const manifest of cases.flatMap(({ manifests }) => manifests).filter(({ spec }) => spec)) {
    manifest.spec.unknownField = 1
  }
  const spoilt = cases.flatMap(({ manifests }) => manifests).filter(({ spec }) => spec)
  const kinds = [...new Map(spoilt.map((manifest) => [manifest.kind, manifest])).values()]
  const mistakes = await findMistakes(kinds)
  for (const { kind } of kinds) {
    assert(
      mistakes.some((line) => line.startsWith(kind) && line.includes('unknownField')),
      `${kind} takes anything`,
    )
  }
  for (const { spec } of spoilt) delete spec.unknownField
  const [given] = cases
  assert(given)
  const wrong = structuredClone(one(given, 'Deployment'))
  wrong.spec.replicas = 'two'
  assert.equal((await findMistakes([wrong])).length > 0, true)
  const lacking = structuredClone(one(given, 'Deployment'))
  delete lacking.spec.selector
  assert.equal((await findMistakes([lacking])).length > 0, true)
}

function whatOnlySomeCasesShow(cases: Case[]): void {
  for (const given of cases) {
    const kinds = new Set(given.manifests.map(({ kind }) => kind))
    for (const kind of SHOWS[given.name] ?? []) assert(kinds.has(kind), `${given.name} has no ${kind}`)
    assert.equal('replicas' in one(given, 'Deployment').spec, !kinds.has('HorizontalPodAutoscaler'))
  }
  const find = (name: string) => cases.find((entry) => entry.name === name) as Case
  assert.equal(ofKind(find('existing-secret'), 'Secret').length, 0)
  assert.equal(one(find('ingress'), 'Ingress').spec.rules[0].host, 'crm.example.com')
  assert.deepEqual(one(find('gateway'), 'HTTPRoute').spec.hostnames, ['id.example.com'])
  monitoring.rulesAndDashboardArriveWhole(find('monitoring'))
}

/** The service's metadata stands beside its path, too: who asks as RFC 8414 says looks there alone. */
function aPathHasItsMetadataBesideIt(helm: Helm): void {
  const routes = ['ingress.enabled=true', 'gateway.enabled=true', 'gateway.parentRefs[0].name=public']
  const render = (settings: string[]) => {
    const given = { name: 'routes', values: {}, manifests: helm.template(fileOf('minimal'), [...routes, ...settings]) }
    const { paths } = one(given, 'Ingress').spec.rules[0].http
    const [{ matches }] = one(given, 'HTTPRoute').spec.rules
    assert.equal(new Set(paths.map(({ backend }: Manifest['spec']) => JSON.stringify(backend))).size, 1)
    return [
      paths.map(({ pathType, path }: Manifest['spec']) => `${pathType} ${path}`),
      matches.map(({ path }: Manifest['spec']) => `${path.type} ${path.value}`),
    ]
  }
  assert.deepEqual(render([]), [['Prefix /'], ['PathPrefix /']])
  const metadata = '/.well-known/oauth-authorization-server/crm/identity'
  assert.deepEqual(render(['config.BASE_PATH=/crm/identity']), [
    ['Prefix /crm/identity', `ImplementationSpecific ${metadata}`],
    ['PathPrefix /crm/identity', `Exact ${metadata}`],
  ])
}

function refuses(helm: Helm, setting: string): void {
  const names = setting.replace(/=.*/, '').split(/\W+/)
  const saysWhere = ({ message }: Error) =>
    /meet the specifications of the schema/.test(message) && names.some((name) => message.includes(name))
  assert.throws(() => helm.template(fileOf('minimal'), [setting]), saysWhere, setting)
}

interface Schema {
  [keyword: string]: unknown
}

const readSchema = () => JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'))

/** An object that takes any name would take a mistyped one; maps of labels and a parent chart's `global` do by nature. */
function everyObjectIsClosed(schema: Schema, path = ''): void {
  const open = schema['type'] === 'object' && schema['additionalProperties'] !== false
  if (open) assert(['/definitions/labels', '/properties/global'].includes(path), `${path} takes any name`)
  for (const [keyword, part] of Object.entries(schema)) {
    if (typeof part === 'object' && part !== null) everyObjectIsClosed(part as Schema, `${path}/${keyword}`)
  }
}

function within(name: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    throw new Error(`case ${name}: ${(error as Error).message}`, { cause: error })
  }
}

/** A function's name as the sentence that it is. */
const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
