/**
 * Runs an image's root file system with runc as a careful cluster would: read-only, as the image's numeric user, without
 * capabilities or new privileges, a memory limit, a process-id namespace of its own. The network is the machine's.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../system-check.ts'
import type { Image } from './buildah.ts'

export interface Container {
  /** What it has written so far, on both streams. */
  output(): string
  /** Its exit status, once it has ended. */
  ended: Promise<number | null>
  isRunning(): boolean
  /** Runs a command inside, as the container's user. @returns its exit status. */
  exec(command: string[]): number | null
  signal(name: string): void
  /** The process as the machine sees it. */
  pid(): number
  /** Ends it, whatever it does, and forgets it. */
  remove(): Promise<void>
}

/** The chart's limit. */
const MEMORY = 512 * 1024 * 1024

/** @param folder for bundles and runc's state. */
export function startContainer(
  image: Image,
  folder: string,
  env: Record<string, string>,
  command?: string[],
): Container {
  const id = `omnicrm-identity-${randomBytes(6).toString('hex')}`
  const bundle = join(folder, id)
  mkdirSync(bundle, { recursive: true })
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(specification(image, env, command)))
  const runc = ['--root', join(folder, 'runc')]
  const child = spawn('runc', [...runc, 'run', '--bundle', bundle, id], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = collect(child)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return {
    output,
    ended,
    isRunning: () => child.exitCode === null,
    exec: (args) => spawnSync('runc', [...runc, 'exec', id, ...args], { stdio: 'ignore' }).status,
    signal: (name) => void run('runc', [...runc, 'kill', id, name]),
    pid: () => (JSON.parse(run('runc', [...runc, 'state', id])) as { pid: number }).pid,
    async remove() {
      spawnSync('runc', [...runc, 'delete', '--force', id], { stdio: 'ignore' })
      await ended
    },
  }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
  return () => text
}

/** After the OCI runtime specification. */
function specification({ root, config }: Image, env: Record<string, string>, command = config.Cmd) {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(config.User) ?? []
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  return {
    ociVersion: '1.0.2',
    root: { path: root, readonly: true },
    process: {
      terminal: false,
      user: { uid: Number(uid), gid: Number(gid) },
      args: [...(config.Entrypoint ?? []), ...command],
      env: [...config.Env, ...variables],
      cwd: config.WorkingDir,
      capabilities: {},
      noNewPrivileges: true,
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'noexec', 'size=64m'] },
    ],
    linux: {
      namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })),
      resources: { memory: { limit: MEMORY } },
      maskedPaths: ['/proc/kcore', '/proc/keys', '/proc/sysrq-trigger'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys'],
    },
  }
}
