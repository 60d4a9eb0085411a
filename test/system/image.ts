/**
 * The image: built from the Dockerfile with buildah, and run with runc as its own user on a read-only root against a
 * PostgreSQL that the image's own command has migrated. Its base here is Debian from debootstrap with Node from npm; the
 * official node image, a Docker engine, a cluster's network and a seccomp profile are not tried.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateSync } from 'otplib'
import { removeClusterData } from '../../src/dev/embedded-cluster.ts'
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/dev/embedded-database.ts'
import { freePort } from '../../src/dev/free-port.ts'
import { baseOfDockerfile, buildImage, type Image, PROJECT } from './image/buildah.ts'
import { type Container, startContainer } from './image/container.ts'
import type { SystemCheck } from './system-check.ts'

export const image: SystemCheck = {
  name: 'image',
  packages: ['buildah', 'debootstrap', 'runc'],
  asRoot: true,
  async check(ok) {
    const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-image-'))
    const image = buildImage(folder)
    try {
      ok(
        `built on Debian ${baseOfDockerfile().suite}: ${megabytes(image.size)}, ${megabytes(image.ownSize)} of it ours`,
      )
      holdsOnlyWhatProductionNeeds(image)
      ok('it holds what production needs, and no tests, development packages or package manager')
      const database = await startEmbeddedDatabase(join(folder, 'database'))
      try {
        await migrate(image, folder, database, ok)
        await serve(image, folder, database, ok)
      } finally {
        await database.stop()
        await removeClusterData(join(folder, 'database/postgres'))
      }
    } finally {
      image.remove()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`

type Ok = (what: string) => void

function holdsOnlyWhatProductionNeeds({ root, config }: Image): void {
  assert.match(config.User, /^[1-9]\d*:[1-9]\d*$/)
  assert.equal(config.StopSignal, 'SIGTERM')
  const app = join(root, config.WorkingDir)
  assert.deepEqual(readdirSync(app).sort(), ['.compiled', 'dist', 'migrations', 'node_modules', 'package.json'])
  assert(!existsSync(join(app, 'node_modules/typescript')))
  const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; version: string }>
  }
  for (const [path, { dev }] of Object.entries(packages)) assert(!dev || !existsSync(join(app, path)), path)
  const compiled = readdirSync(join(app, '.compiled')).map((flags) => readdirSync(join(app, '.compiled', flags)).length)
  assert(compiled.length === 2 && Math.min(...compiled) > 5, 'the code of service and commands is compiled')
  for (const tool of ['npm', 'npx', 'yarn', 'corepack']) assert(!existsSync(join(root, 'usr/local/bin', tool)), tool)
  assert.equal(baseOfDockerfile().node, packages['node_modules/node']?.version, 'the Node that the tests run on')
}

async function migrate(image: Image, folder: string, database: EmbeddedDatabase, ok: Ok): Promise<void> {
  const env = { DATABASE_URL: database.url, DATABASE_MIGRATION_URL: database.migrationUrl }
  for (const expected of [/^Applied: 0001-/m, /^The schema is up to date\.$/m]) {
    const command = startContainer(image, folder, env, ['node', 'dist/cli.js', 'migrate'])
    const status = await command.ended
    await command.remove()
    assert.equal(status, 0, command.output())
    assert.match(command.output(), expected)
  }
  ok('its migrate command migrates, with the two connections as its only settings')
}

const ADMIN = { email: 'admin@example.com', password: `pw-${randomBytes(9).toString('hex')}` }

async function serve(image: Image, folder: string, database: EmbeddedDatabase, ok: Ok): Promise<void> {
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const [key] = database.secretKeys
  const begin = performance.now()
  const service = startContainer(image, folder, {
    DATABASE_URL: database.url,
    SECRET_KEYS: `${key?.id}:${key?.key.toString('base64')}`,
    PORT: String(port),
    ISSUER: 'https://id.example.com',
    FRONTEND_URL: 'https://crm.example.com',
    MAIL_TRANSPORT: 'file',
    DATA_DIR: '/tmp',
    SHUTDOWN_DELAY: '1',
    BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
    BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
  })
  try {
    await untilReady(url, service)
    ok(`from the start of the container to its first "ready": ${((performance.now() - begin) / 1000).toFixed(2)} s`)
    ok(confinement(service))
    const [, ...healthcheck] = image.config.Healthcheck.Test
    assert.equal(service.exec(healthcheck), 0)
    assert.notEqual(service.exec(['env', 'PORT=1', ...healthcheck]), 0)
    ok('its health check tells life from its absence')
    await journey(url)
    ok('an administrator signs in, enrols an authenticator, signs in with its code, refreshes and signs out')
    service.signal('SIGTERM')
    assert.equal(await service.ended, 0, service.output())
    ok('SIGTERM ends it with status 0')
  } finally {
    await service.remove()
  }
}

async function untilReady(url: string, service: Container): Promise<void> {
  for (const deadline = performance.now() + 120_000; performance.now() < deadline; await sleep(50)) {
    if (!service.isRunning()) break
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.ok) return
  }
  throw new Error(`the service did not become ready:\n${service.output()}`)
}

/** As the kernel tells it, not as it was asked for. */
function confinement(service: Container): string {
  const status = readFileSync(`/proc/${service.pid()}/status`, 'utf8')
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1]?.split('\t') ?? []
  assert.equal(field('NSpid').at(-1), '1')
  assert(field('Uid').every((uid) => Number(uid) > 0))
  for (const set of ['CapEff', 'CapPrm', 'CapBnd']) assert.match(field(set)[0] ?? '', /^0+$/)
  assert.deepEqual(field('NoNewPrivs'), ['1'])
  const write = (path: string) => ['node', '-e', `fs.writeFileSync(${JSON.stringify(path)}, '')`]
  assert.notEqual(service.exec(write('/app/x')), 0)
  assert.equal(service.exec(write('/tmp/x')), 0)
  return `it is process 1, user ${field('Uid')[0]}, has no capability, cannot gain one, and writes nowhere but in /tmp`
}

async function journey(url: string): Promise<void> {
  const call = async (path: string, body: object | undefined, token?: string): Promise<Record<string, string>> => {
    const answer = await fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }
  const { access_token: token } = await call('/auth/login', ADMIN)
  const { id } = await call('/auth/me', undefined, token)
  const { secret = '' } = await call(`/2fa/enable/user/${id}`, { password: ADMIN.password }, token)
  const now = Math.floor(Date.now() / 1000)
  await call(`/2fa/verify-setup/user/${id}`, { code: generateSync({ secret, epoch: now }) }, token)
  const half = await call('/auth/login', ADMIN)
  assert.equal(half['status'], 'two_factor_required')
  // A code opens once, and the next one is taken already.
  const code = generateSync({ secret, epoch: now + 30 })
  const signedIn = await call(`/2fa/verify/user/${id}`, { code }, half['step_token'])
  const refreshed = await call('/auth/refresh', { refresh_token: signedIn['refresh_token'] })
  await call('/auth/logout', { refresh_token: refreshed['refresh_token'] })
  await assert.rejects(call('/auth/refresh', { refresh_token: refreshed['refresh_token'] }), /invalid_refresh_token/)
}
