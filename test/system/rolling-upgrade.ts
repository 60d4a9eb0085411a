/**
 * A rolling upgrade, for real: two replicas behind nginx, under load; the schema is brought one migration forward, then
 * one replica after the other is replaced. No user may see a failure.
 *
 * The next release is this code with one more migration. The release before is this code, too, or with
 * ROLLING_UPGRADE_FROM=<git revision> that revision's.
 */
import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/dev/free-port.ts'
import { startPostgres } from './debian-postgres.ts'
import { type Nginx, startNginx } from './nginx.ts'
import {
  isReady,
  migrate,
  PROJECT,
  productionSettings,
  type Replica,
  startReplica,
  urlsOf,
} from './production-service.ts'
import { prepareLoad } from './sign-in-load.ts'
import type { SystemCheck } from './system-check.ts'

/** Seconds. Longer than nginx needs to be told. */
const SHUTDOWN_DELAY = 3

const NEXT_MIGRATION = `
CREATE TABLE next_release (id bigint PRIMARY KEY);
ALTER TABLE users ADD COLUMN next_release text NOT NULL DEFAULT 'not yet';
ALTER TABLE sessions ADD COLUMN next_release timestamptz;
`

export const rollingUpgrade: SystemCheck = {
  name: 'rolling-upgrade',
  packages: ['nginx', 'postgresql'],
  async check(ok) {
    const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-upgrade-'))
    const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
    try {
      const next = await nextRelease(folder)
      const before = await releaseBefore(folder)
      const postgres = await startPostgres()
      undo.push(postgres.remove)
      const ports = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
      const nginx = await startNginx(ports)
      undo.push(nginx.remove)
      const settings = productionSettings(nginx.url, folder, {
        ...urlsOf(postgres),
        TRUST_PROXY: '1',
        SHUTDOWN_DELAY: String(SHUTDOWN_DELAY),
      })
      const replicas: Replica[] = []
      undo.push(() => Promise.all(replicas.map((replica) => replica.kill())))
      const start = async (port: number, project: string) => replicas.push(await startReplica(settings, port, project))

      migrate(settings, before)
      for (const port of ports) await start(port, before)
      const load = await prepareLoad(postgres.ownerUrl, nginx.url)
      const stop = new AbortController()
      const running = load.run(stop.signal)
      undo.push(async () => stop.abort())

      await sleep(1000)
      ok(`under load: migrate of the next release says "${migrate(settings, next)}"`)
      for (const port of ports) {
        const old = replicas.shift() as Replica
        await replace(nginx, old, ports, () => start(port, next))
        ok(`under load: replica on port ${port} replaced`)
      }
      await sleep(1000)
      stop.abort()
      const { tallies, failures } = await running

      for (const [act, { tried, succeeded, failed }] of Object.entries(tallies)) {
        ok(`${act}: ${tried} tried, ${succeeded} succeeded, ${failed} failed`)
      }
      const { passed, retried } = await nginx.counts()
      ok(`nginx passed on ${passed} requests, ${retried} of them to a second replica`)
      if (failures.length > 0) throw new Error(`users saw failures:\n${failures.slice(0, 10).join('\n')}`)
    } finally {
      for (const step of undo.reverse()) await step()
    }
  },
}

/** What an orchestrator does: tell the replica, see that it wants no more traffic, send none, wait for its end. */
async function replace(nginx: Nginx, old: Replica, ports: number[], start: () => Promise<unknown>): Promise<void> {
  const stopped = old.stop()
  while (await isReady(old.port)) await sleep(100)
  await nginx.route(ports.filter((port) => port !== old.port))
  await stopped
  await start()
  await nginx.route(ports)
}

async function nextRelease(folder: string): Promise<string> {
  const project = join(folder, 'next')
  for (const part of ['src', 'migrations', 'package.json']) {
    await cp(join(PROJECT, part), join(project, part), { recursive: true })
  }
  await writeFile(join(project, 'migrations', '9999-next-release.sql'), NEXT_MIGRATION)
  await symlink(join(PROJECT, 'node_modules'), join(project, 'node_modules'))
  return project
}

async function releaseBefore(folder: string): Promise<string> {
  const revision = process.env['ROLLING_UPGRADE_FROM']
  if (!revision) return PROJECT
  const project = join(folder, 'before')
  const archive = execFileSync('git', ['archive', `--prefix=before/`, revision, 'src', 'migrations', 'package.json'], {
    cwd: PROJECT,
    maxBuffer: 64 * 1024 * 1024,
  })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  await symlink(join(PROJECT, 'node_modules'), join(project, 'node_modules'))
  return project
}
