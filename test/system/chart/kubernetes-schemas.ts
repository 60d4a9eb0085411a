/**
 * Kubernetes' own schemas, and those of the Gateway API and the Prometheus operator, in the two forms in which the
 * packages of kubernetes-models have them: validators, which know types, formats and what is required, and TypeScript
 * types, whose check refuses every field that is not in the schema.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import type { Manifest } from './helm.ts'

const PACKAGES: Record<string, string> = {
  'gateway.networking.k8s.io/v1': '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1',
  'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
}

const moduleOf = ({ apiVersion, kind }: Manifest) =>
  `${PACKAGES[apiVersion] ?? `kubernetes-models/${apiVersion}`}/${kind}`

/** @returns what is wrong, one line each: unknown fields, wrong types, missing fields. */
export async function findMistakes(manifests: Manifest[]): Promise<string[]> {
  const values = await Promise.all(manifests.map(validate))
  return [...values.flat(), ...findUnknownFields(manifests)]
}

async function validate(manifest: Manifest): Promise<string[]> {
  const { [manifest.kind]: Model } = await import(moduleOf(manifest))
  try {
    new Model(manifest).validate()
    return []
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`]
  }
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Writes the manifests as typed literals, in memory, and has TypeScript check them. */
function findUnknownFields(manifests: Manifest[]): string[] {
  const file = join(ROOT, 'test/system/chart/rendered.ts')
  const lines = manifests.map((manifest, index) => {
    const type = `import('${moduleOf(manifest)}').I${manifest.kind}`
    return `export const m${index}: ${type} = ${JSON.stringify(manifest)}`
  })
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (path) => path === file || fileExists(path)
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, lines.join('\n'), ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest)
  const program = ts.createProgram([file], options, host)
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')
    const manifest = manifests[diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? -1]
    return `${manifest?.kind} ${manifest?.metadata.name}: ${text}`
  })
}
