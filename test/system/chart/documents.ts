/** What the documents have operators type fits the chart: the values and secrets, the names of its objects, Helm's time. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHART, type Helm, type Manifest } from './helm.ts'
import { one } from './promises.ts'
import { theServiceTakesItsSettings } from './settings.ts'

const README = join(CHART, 'README.md')
const DOCUMENTS = [README, join(CHART, '../docs/operations.md')]

const read = (file: string) => readFileSync(file, 'utf8')

/** Installs what the README says, as far as that goes without a cluster. */
export function theDocumentsFitTheChart(helm: Helm): void {
  const manifests = renderReadme(helm)
  const given = { name: 'README', values: {}, manifests }
  theServiceTakesItsSettings(given, secretsOf(read(README)))
  const { activeDeadlineSeconds } = one(given, 'Job').spec
  for (const text of DOCUMENTS.map(read)) {
    everyObjectIsThere(text, manifests)
    helmOutlastsTheMigration(text, activeDeadlineSeconds)
  }
}

function renderReadme(helm: Helm): Manifest[] {
  const [, values = ''] = /^```yaml\n(.*?)^```$/ms.exec(read(README)) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'omnicrm-identity-readme-'))
  try {
    const file = join(folder, 'values.yaml')
    writeFileSync(file, values)
    helm.lint(file)
    return helm.template(file, [], 'identity')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What the README's `kubectl create secret` puts into the two Secrets. */
function secretsOf(text: string): Record<string, string> {
  const withKey = text.replace('$(openssl rand -base64 32)', Buffer.alloc(32).toString('base64'))
  const literals = withKey.matchAll(/--from-literal=(\w+)=(['"])(.*?)\2/g)
  return Object.fromEntries([...literals].map(([, name, , value]) => [name, value]))
}

function everyObjectIsThere(text: string, manifests: Manifest[]): void {
  const commands = [...text.matchAll(/kubectl ([^`\n]*?)\b(deploy|job)\/([\w-]+)/g)]
  assert(commands.length > 0)
  for (const [command, options, short = '', name] of commands) {
    assert.equal(options?.startsWith('-n identity '), true, `${command}: in which namespace?`)
    const found = manifests.some(({ kind, metadata }) => kind.toLowerCase().startsWith(short) && metadata.name === name)
    assert(found, `${command}: the chart makes no such object`)
  }
}

function helmOutlastsTheMigration(text: string, seconds: number): void {
  const commands = [...text.matchAll(/^helm upgrade --install identity helm --namespace identity .*$/gm)]
  assert(commands.length > 0)
  for (const [command] of commands) {
    const [, minutes] = / --timeout (\d+)m\b/.exec(command) ?? []
    assert(Number(minutes) * 60 > seconds, `${command}: gives up before a migration of ${seconds} s does`)
  }
}
