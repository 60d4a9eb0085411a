/**
 * `npm run test:system`: the service against software that is none of ours, from Debian's packages. Installs the packages
 * where it can (as root, with apt-get), and says plainly what it skipped where it can't. Arguments name single checks.
 */
import { spawnSync } from 'node:child_process'
import { clockSkew } from './clock-skew.ts'
import { databaseFaults } from './database-faults.ts'
import { documentationPage } from './documentation-page.ts'
import { helm } from './helm.ts'
import { image } from './image.ts'
import { integrations } from './integrations/integrations.ts'
import { passwordHashes } from './password-hashes.ts'
import { pooler } from './pooler.ts'
import { restoreDrill } from './restore-drill.ts'
import { rollingUpgrade } from './rolling-upgrade.ts'
import { standardTools } from './standard-tools.ts'
import type { SystemCheck } from './system-check.ts'
import { web } from './web/web.ts'

const checks: SystemCheck[] = [
  standardTools,
  passwordHashes,
  restoreDrill,
  rollingUpgrade,
  pooler,
  databaseFaults,
  clockSkew,
  helm,
  image,
  integrations,
  documentationPage,
  web,
]

const names = process.argv.slice(2)
const unknown = names.filter((name) => !checks.some((check) => check.name === name))
if (unknown.length > 0) {
  console.error(`no check "${unknown.join(', ')}"; there are ${checks.map((check) => check.name).join(', ')}`)
  process.exit(2)
}
const chosen = checks.filter((check) => names.length === 0 || names.includes(check.name))
const missing = installMissing([...new Set(chosen.flatMap((check) => check.packages))])
const failed: string[] = []
for (const { name, packages, asRoot, check } of chosen) {
  if (asRoot && process.getuid?.() !== 0) {
    console.log(`skipped: ${name}; it needs root`)
    continue
  }
  const lacking = packages.filter((entry) => missing.includes(entry))
  if (lacking.length > 0) {
    console.log(`skipped: ${name}; not installed and not installable here: ${lacking.join(', ')}`)
    continue
  }
  const start = performance.now()
  try {
    await check((what) => console.log(`ok: ${what}`))
  } catch (error) {
    console.log(error)
    failed.push(name)
  }
  const time = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`-- ${name}${failed.includes(name) ? ' failed' : ''}: ${time} s`)
}
if (failed.length > 0) {
  console.log(`failed: ${failed.join(', ')}`)
  process.exitCode = 1
}

/** @returns the packages that are still missing. */
function installMissing(wanted: string[]): string[] {
  const missing = wanted.filter(isMissing)
  if (missing.length === 0 || process.getuid?.() !== 0) return missing
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env })
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { stdio: 'inherit', env })
  return missing.filter(isMissing)
}

function isMissing(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '$' + '{Status}', name], { encoding: 'utf8' })
  return stdout !== 'install ok installed'
}
