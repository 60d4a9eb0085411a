/** The chart and the service agree on the settings. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, loadMigrationConfig } from '../../../src/config.ts'
import { settings } from '../../../src/settings.ts'
import type { Manifest } from './helm.ts'
import { type Case, ofKind, one } from './promises.ts'

/** Decided by the chart itself. */
const OF_THE_CHART = [
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'PORT',
  'HOST',
  'OPS_PORT',
  'METRICS',
  'DATA_DIR',
  'MAIL_TEMPLATES_FILE',
]

/** The migration reads no others, and so gets no others. */
const OF_THE_MIGRATION = ['AUDIT_RETENTION', 'DATABASE_WAIT', 'LOG_LEVEL']

/** What a Secret of the operator's holds in the cases that name one. */
const EXISTING: Record<string, string> = {
  DATABASE_URL: 'postgres://identity:p@postgres.example.com/identity',
  DATABASE_MIGRATION_URL: 'postgres://owner:p@postgres.example.com/identity',
  SECRET_KEYS: `k1:${'A'.repeat(43)}=`,
  MAILJET_API_KEY: 'key',
  MAILJET_API_SECRET: 'secret',
}

/** Reads the environment of each pod with the service's own code. */
export function theServiceTakesItsSettings(given: Case, existing = EXISTING): void {
  const folder = mkdtempSync(join(tmpdir(), 'omnicrm-identity-chart-'))
  try {
    const env = environment(given, one(given, 'Deployment').spec.template.spec.containers[0], existing)
    if (env['MAIL_TEMPLATES_FILE']) {
      env['MAIL_TEMPLATES_FILE'] = join(folder, 'templates.yaml')
      writeFileSync(env['MAIL_TEMPLATES_FILE'], one(given, 'ConfigMap', /-mail$/).data['templates.yaml'] ?? '')
    }
    assert.equal(loadConfig(env).production, true)
    const migration = environment(given, one(given, 'Job').spec.template.spec.containers[0], existing)
    assert(loadMigrationConfig(migration).database)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Also where YAML takes them for numbers or, unquoted, `on` and `off` for booleans. */
export function settingsArriveAsWritten(given: Case): void {
  const { data } = one(given, 'ConfigMap', /identity$/)
  const [{ env }] = one(given, 'Job').spec.template.spec.containers
  for (const [name, value] of Object.entries(given.values.config)) {
    assert.equal(data[name], String(value), name)
    if (OF_THE_MIGRATION.includes(name))
      assert.equal(env.find((entry: { name: string }) => entry.name === name)?.value, String(value), name)
  }
}

/** `off` is a boolean to Helm: where a setting can be that, the schema has to take it. */
export function everySwitchMayBeABoolean(schema: Manifest['spec']): void {
  const { properties } = schema.properties.config
  for (const [name, { enum: values = [] }] of Object.entries<{ enum?: unknown[] }>(properties)) {
    assert.equal(values.includes(true), values.includes('on'), name)
    assert.equal(values.includes(false), values.includes('off'), name)
  }
}

/** What the kubelet would make of a container's variables. An optional key that is not there sets nothing. */
function environment(given: Case, container: Manifest['spec'], existing = EXISTING): Record<string, string> {
  const env: Record<string, string> = {}
  for (const { configMapRef } of container.envFrom ?? []) {
    Object.assign(env, ofKind(given, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef.name)?.data)
  }
  for (const { name, value, valueFrom } of container.env) {
    const reference = valueFrom?.secretKeyRef
    const secret = ofKind(given, 'Secret').find(({ metadata }) => metadata.name === reference?.name)
    const content = value ?? (secret ? secret.stringData[reference.key] : existing[reference.key])
    assert(content !== undefined || reference.optional, `${name} has no value`)
    if (content !== undefined) env[name] = content
  }
  return env
}

/**
 * A setting that is added to the service is added to the chart: as a value, as a secret, or as one of the chart's own.
 * Pods are given no variable beside these.
 */
export function everySettingHasItsPlace(schema: Manifest['spec'], cases: Case[]): void {
  const { config, secret, migration } = schema.properties
  const places = [
    ...OF_THE_CHART,
    ...Object.keys(config.properties),
    ...Object.keys(secret.properties.values.properties),
    ...Object.keys(migration.properties.secret.properties.values.properties),
  ]
  const patterns = Object.keys(config.patternProperties).map((pattern) => new RegExp(pattern))
  const hasPlace = (name: string) => places.includes(name) || patterns.some((pattern) => pattern.test(name))
  for (const name of Object.keys(settings)) assert(hasPlace(name), `values.schema.json has no place for ${name}`)
  for (const given of cases) {
    const env = environment(given, one(given, 'Deployment').spec.template.spec.containers[0])
    for (const name of Object.keys(env)) assert(hasPlace(name), `${given.name}: nothing knows ${name}`)
  }
}
