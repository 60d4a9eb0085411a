/** Builds the Dockerfile with buildah: no engine, no registry of images. */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../system-check.ts'

export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url))

export interface Image {
  /** The built root file system, mounted. */
  root: string
  config: ImageConfig
  /** Bytes of all layers, unpacked; and of those that are not the base's. */
  size: number
  ownSize: number
  remove(): void
}

/** What the checks need of an image's configuration, in Docker's format. */
interface ImageConfig {
  User: string
  Env: string[]
  Cmd: string[]
  Entrypoint: string[] | null
  WorkingDir: string
  StopSignal: string
  Healthcheck: { Test: string[] }
}

interface Inspected {
  Docker: { config: ImageConfig }
  Manifest: string
}

/** Debian and Node in the Dockerfile's own versions, as `node:24.1.0-trixie-slim` names them. */
export function baseOfDockerfile(): { node: string; suite: string } {
  const dockerfile = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8')
  const [, node, suite] = /^ARG BASE=\S+\/node:(\d+\.\d+\.\d+)-([a-z]+)-slim$/m.exec(dockerfile) ?? []
  if (!node || !suite) throw new Error('the Dockerfile pins no exact Node and Debian')
  return { node, suite }
}

/** @param folder where what the build needs lies while it runs. */
export function buildImage(folder: string): Image {
  const buildah = openStorage(folder)
  const base = ensureBase(buildah, folder)
  const name = `localhost/omnicrm-identity-check:${process.pid}`
  const remove = () => {
    buildah.try(['rm', container])
    buildah.try(['rmi', '--force', name])
    buildah.try(['rmi', '--prune'])
  }
  let container = ''
  try {
    const options = [
      '--isolation',
      'chroot',
      '--format',
      'docker',
      '--layers=false',
      '--pull-never',
      '--network',
      'host',
    ]
    buildah.do(['bud', ...options, ...npmSettings(folder), '--build-arg', `BASE=${base}`, '--tag', name, PROJECT])
    container = buildah.do(['from', '--pull-never', name])
    const { Docker, Manifest } = JSON.parse(buildah.do(['inspect', '--type', 'image', name])) as Inspected
    const layers = (JSON.parse(Manifest) as { layers: { size: number }[] }).layers.map(({ size }) => size)
    const size = layers.reduce((sum, layer) => sum + layer, 0)
    const root = buildah.do(['mount', container])
    return { root, config: Docker.config, size, ownSize: size - (layers[0] ?? 0), remove }
  } catch (error) {
    remove()
    throw error
  }
}

type Buildah = ReturnType<typeof openStorage>

/** The base is kept below the user's cache; everything else is removed. The overlay driver spares copies where it works. */
function openStorage(folder: string) {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'omnicrm-identity')
  const at = (driver: string) => {
    const root = join(cache, `images-${driver}`)
    return ['--storage-driver', driver, '--root', root, '--runroot', join(folder, 'run')]
  }
  const overlayWorks = spawnSync('buildah', [...at('overlay'), 'info'], { stdio: 'ignore' }).status === 0
  const global = at(overlayWorks ? 'overlay' : 'vfs')
  return {
    do: (args: string[]) => run('buildah', [...global, ...args]),
    try: (args: string[]) => spawnSync('buildah', [...global, ...args], { stdio: 'ignore' }).status === 0,
  }
}

/** Debian's smallest system with Node and npm where the official image has them. Made once; takes half a minute. */
function ensureBase(buildah: Buildah, folder: string): string {
  const { node, suite } = baseOfDockerfile()
  const name = `localhost/omnicrm-identity-base:${suite}-${node}`
  if (buildah.try(['inspect', '--type', 'image', name])) return name
  const root = join(folder, 'base')
  run('debootstrap', ['--variant=minbase', suite, root])
  rmSync(join(root, 'var/cache/apt'), { recursive: true })
  rmSync(join(root, 'var/lib/apt/lists'), { recursive: true })
  const local = join(root, 'usr/local')
  copyFileSync(join(PROJECT, 'node_modules/node/bin/node'), join(local, 'bin/node'))
  const npm = dirname(dirname(realpathSync(run('which', ['npm']))))
  cpSync(npm, join(local, 'lib/node_modules/npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'))
  const container = buildah.do(['from', 'scratch'])
  buildah.do(['add', '--quiet', container, root, '/'])
  buildah.do(['commit', '--quiet', '--rm', container, name])
  rmSync(root, { recursive: true })
  return name
}

/** The caller's registry, certificates and cache: in the build, npm finds what was fetched once. */
function npmSettings(folder: string): string[] {
  const ask = (name: string) => run('npm', ['config', 'get', name])
  const file = join(folder, 'npmrc')
  const lines = [`registry=${ask('registry')}`, 'prefer-offline=true']
  const volumes = ['--volume', `${ask('cache')}:/root/.npm`, '--volume', `${file}:/usr/local/etc/npmrc:ro`]
  const cafile = ask('cafile')
  if (cafile !== 'null') {
    lines.push('cafile=/usr/local/etc/npm-ca.pem')
    volumes.push('--volume', `${cafile}:/usr/local/etc/npm-ca.pem:ro`)
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, lines.join('\n'))
  return volumes
}
