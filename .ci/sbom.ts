/** The bill of materials (CycloneDX) of what runs in production, from the lock file. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

interface Component {
  'bom-ref': string
  name: string
  version: string
  properties: { name: string; value: string }[]
  licenses?: ({ license: { id?: string; name?: string } } | { expression: string })[]
}

interface Sbom {
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

/**
 * `npm sbom --omit dev` is of no use here: it also leaves out what production and development share, pg for one. So all
 * is asked for, and what npm marks as needed for development alone goes.
 */
export function productionSbom(): Sbom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only']
  const cwd = new URL('..', import.meta.url)
  const sbom: Sbom = JSON.parse(execFileSync('npm', args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))
  // npm puts the folder's name.
  sbom.metadata.component.name = JSON.parse(readFileSync(new URL('package.json', cwd), 'utf8')).name

  const isDevelopment = ({ properties }: Component) =>
    properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true')
  const needed = neededInProduction(cwd)
  const gone = new Set(
    sbom.components
      .filter((component) => isDevelopment(component) && !needed.has(`${component.name}@${component.version}`))
      .map((component) => component['bom-ref']),
  )
  return {
    ...sbom,
    components: sbom.components.filter((component) => !gone.has(component['bom-ref'])),
    dependencies: sbom.dependencies
      .filter(({ ref }) => !gone.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => !gone.has(other)) })),
  }
}

/** The same version can lie in several places, and npm describes only one of them: that for development, maybe. */
function neededInProduction(cwd: URL): Set<string> {
  const { packages }: { packages: Record<string, { version?: string; dev?: boolean }> } = JSON.parse(
    readFileSync(new URL('package-lock.json', cwd), 'utf8'),
  )
  const entries = Object.entries(packages).filter(([, { dev }]) => !dev)
  return new Set(entries.map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`))
}
