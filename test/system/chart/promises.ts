/** What the chart promises, whatever the values. Each promise throws where a case breaks it. */
import assert from 'node:assert/strict'
import type { Manifest } from './helm.ts'

export interface Case {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: values have a schema of their own, which helm checks.
  values: any
  manifests: Manifest[]
}

export const ofKind = ({ manifests }: Case, kind: string) => manifests.filter((manifest) => manifest.kind === kind)

export function one(given: Case, kind: string, name?: RegExp): Manifest {
  const [found, second] = ofKind(given, kind).filter((manifest) => !name || name.test(manifest.metadata.name))
  assert(found && !second, `${given.name}: one ${kind} ${name ?? ''}`)
  return found
}

/** The pods of a case: of the service, of the migration, of the test. */
function pods(given: Case): { metadata: Manifest['metadata'] & { labels: object }; spec: Manifest['spec'] }[] {
  const templates = [...ofKind(given, 'Deployment'), ...ofKind(given, 'Job')].map(({ spec }) => spec.template)
  return [...templates, ...ofKind(given, 'Pod')]
}

export function everyPodIsRestricted(given: Case): void {
  for (const { spec } of pods(given)) {
    assert.equal(spec.automountServiceAccountToken, false)
    assert.equal(spec.securityContext.runAsNonRoot, true)
    assert(spec.securityContext.runAsUser > 0)
    assert.equal(spec.securityContext.seccompProfile.type, 'RuntimeDefault')
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers']) assert(!(field in spec), field)
    for (const volume of spec.volumes ?? []) assert(volume.emptyDir?.sizeLimit || volume.configMap, 'a volume')
    for (const container of spec.containers) {
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      for (const kind of ['requests', 'limits']) {
        assert(container.resources[kind].cpu && container.resources[kind].memory, `${container.name}: ${kind}`)
      }
    }
  }
}

export function secretsStandInSecretsAlone(given: Case): void {
  const { secret, migration } = given.values
  const secrets = Object.values({ ...secret?.values, ...migration?.secret?.values }) as string[]
  const passwords = secrets.flatMap((value) => [value, decodeURIComponent(URL.parse(value)?.password ?? '')])
  for (const manifest of given.manifests.filter(({ kind }) => kind !== 'Secret')) {
    const text = JSON.stringify(manifest)
    for (const value of passwords.filter((entry) => entry !== '')) {
      assert(!text.includes(value), `${manifest.kind} ${manifest.metadata.name} holds a secret`)
    }
  }
}

export function theOwnersPasswordStaysOutOfRuntimePods(given: Case): void {
  const [container] = one(given, 'Deployment').spec.template.spec.containers
  const references = JSON.stringify(one(given, 'Deployment'))
  assert(!references.includes('DATABASE_MIGRATION_URL'))
  // A whole Secret as environment would hand over what else is in it.
  for (const source of container.envFrom) assert.deepEqual(Object.keys(source), ['configMapRef'])
  for (const secret of ofKind(given, 'Secret').filter((entry) => 'DATABASE_MIGRATION_URL' in entry.stringData)) {
    assert(!references.includes(`"${secret.metadata.name}"`), `the pods see ${secret.metadata.name}`)
  }
}

/** Under `--wait`, Argo CD and Flux: the Job waits for nothing that comes later, and no pod is waited for before it. */
export function theMigrationComesFirstAndHasAllItNeeds(given: Case): void {
  const job = one(given, 'Job')
  assert.equal(hookOf(job), 'pre-install,pre-upgrade')
  assert(job.spec.activeDeadlineSeconds > 0 && job.spec.backoffLimit > 0)
  const { spec } = job.spec.template
  const needs = [...JSON.stringify(spec).matchAll(/"(?:secretKeyRef|configMap|configMapRef)":\{[^}]*"name":"([^"]+)"/g)]
  assert(needs.length > 0)
  assert(!('serviceAccountName' in spec), 'the ServiceAccount comes after the hook')
  for (const [, name] of needs) {
    const own = given.manifests.filter(
      ({ kind, metadata }) => /^(Secret|ConfigMap)$/.test(kind) && metadata.name === name,
    )
    for (const manifest of own) {
      assert.equal(hookOf(manifest), 'pre-install,pre-upgrade', `${name} comes after the Job that needs it`)
      assert(weightOf(manifest) < weightOf(job), `${name} has to come before the Job`)
    }
  }
  const hooks = given.manifests.map(hookOf).filter((hook) => hook !== undefined)
  for (const hook of hooks)
    assert(['pre-install,pre-upgrade', 'test'].includes(hook), `a hook ${hook} may wait for pods`)
}

const hookOf = ({ metadata }: Manifest) => metadata.annotations?.['helm.sh/hook']
const weightOf = ({ metadata }: Manifest) => Number(metadata.annotations?.['helm.sh/hook-weight'])

export function onlyTheServicesPodsAreSelected(given: Case): void {
  const [server, ...others] = pods(given)
  assert(server && others.length === 2, 'the service, its migration, its test')
  const selectors = [
    ...ofKind(given, 'Service').map(({ spec }) => spec.selector),
    one(given, 'Deployment').spec.selector.matchLabels,
    one(given, 'PodDisruptionBudget').spec.selector.matchLabels,
    ...server.spec.topologySpreadConstraints.map((entry: Manifest['spec']) => entry.labelSelector.matchLabels),
    ...ofKind(given, 'NetworkPolicy')
      .filter((manifest) => !hookOf(manifest))
      .map(({ spec }) => spec.podSelector.matchLabels),
  ]
  for (const selector of selectors) {
    assert(matches(selector, server.metadata.labels), 'the service is selected')
    for (const other of others) assert(!matches(selector, other.metadata.labels), `${other.metadata.name} is, too`)
  }
}

const matches = (selector: object, labels: object) =>
  Object.entries(selector).every(([name, value]) => (labels as Record<string, string>)[name] === value)

export function portsLeadSomewhere(given: Case): void {
  const [container] = one(given, 'Deployment').spec.template.spec.containers
  const ports = new Map<string, number>(
    container.ports.map(({ name, containerPort }: { name: string; containerPort: number }) => [name, containerPort]),
  )
  const { data } = one(given, 'ConfigMap', /identity$/)
  assert.equal(Number(data['PORT']), ports.get('http'))
  assert.equal(Number(data['OPS_PORT'] ?? Number.NaN), ports.get('metrics') ?? Number.NaN)
  for (const service of ofKind(given, 'Service')) {
    for (const port of service.spec.ports) assert(ports.has(port.targetPort), `${service.metadata.name}: ${port.name}`)
  }
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    assert(ports.has(container[probe].httpGet.port), probe)
  }
  assert.equal(container.readinessProbe.httpGet.path, '/health/ready')
  assert.equal(container.livenessProbe.httpGet.path, '/health/live')
}

/** The service's end takes 20 seconds at most once its delay is over; see its connections' time-outs. */
export function thereIsTimeToDrain(given: Case): void {
  const delay = Number(one(given, 'ConfigMap', /identity$/).data['SHUTDOWN_DELAY'])
  const { spec } = one(given, 'Deployment')
  assert(delay > 0)
  assert(spec.template.spec.terminationGracePeriodSeconds >= delay + 25)
  // The endpoints have to notice before the delay is over.
  const [{ readinessProbe }] = spec.template.spec.containers
  assert(readinessProbe.periodSeconds <= 5)
  assert.deepEqual(spec.strategy.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 })
}
