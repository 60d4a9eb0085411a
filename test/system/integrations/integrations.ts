/**
 * The examples of docs/integrating.md against the running service: what each back end accepts, what it refuses and how,
 * and when it notices that a user has been deactivated. And the guide itself: its commands run, its snippets are true.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OwnService, startOwnService } from '../../../examples/own-service.ts'
import { call, succeed } from '../production-service.ts'
import type { SystemCheck } from '../system-check.ts'
import {
  type Backend,
  type Introduction,
  startApache,
  startExpress,
  startFastify,
  startNginx,
  startPython,
} from './backends.ts'
import { checkSnippets, runGuide } from './guide.ts'
import { makeTokens } from './hostile-tokens.ts'
import { createReaderRole, hire, type Person, READER_ROLE, signInAdmin } from './people.ts'

/** How each learns of revocations, and what it does while the identity service is away. */
const BACKENDS = [
  { start: startNginx, notices: 'at once', away: 503 },
  { start: startApache, notices: 'at once', away: 401 },
  { start: startFastify, notices: 'by the feed', away: 200 },
  { start: startExpress, notices: 'at the end of the token', away: 200 },
  { start: startPython, notices: 'at the end of the token', away: 200 },
] as const

/** Milliseconds. The guide promises 5 seconds; the machine may be busy. */
const LONGEST_WAIT = 20_000

export const integrations: SystemCheck = {
  name: 'integrations',
  packages: ['nginx', 'apache2', 'libapache2-mod-auth-openidc', 'python3-jwt', 'python3-cryptography', 'curl'],
  async check(ok) {
    ok(`the guide: each of its ${checkSnippets()} snippets stands in an example`)
    const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-examples-'))
    const service = await startOwnService()
    const backends: Backend[] = []
    try {
      const admin = await signInAdmin(service)
      await createReaderRole(service.url, admin)
      const reader = await hire(service.url, admin, 'Rosa', READER_ROLE)
      const stranger = await hire(service.url, admin, 'Sam', 'customer_service_agent_1')
      const leaver = await hire(service.url, admin, 'Lea', 'customer_service_agent_1')
      const tokens = { TOKEN: admin.token, USER_TOKEN: reader.token, OTHER_TOKEN: leaver.token }
      const commands = runGuide(service.url, { ...tokens, USER_ID: String(reader.id) })
      ok(`the guide: each of its ${commands} blocks of commands prints what it shows`)

      const introduction = { folder, ...(await introduce(service.url, admin)) }
      for (const { start } of BACKENDS) backends.push(await start(introduction))
      const world = await prepare(service, introduction, { admin, reader, stranger })
      for (const backend of backends) {
        await exercise(backend, world)
        ok(`${backend.name}: 200 with the permission, as administrator, as a service, impersonated; 403 without it`)
        ok(`${backend.name}: 401 without a token and for one that is ${Object.keys(world.hostile).join(', ')}`)
      }
      await deactivate(service.url, admin, reader)
      for (const [index, { notices }] of BACKENDS.entries()) {
        const backend = backends[index] as Backend
        ok(`${backend.name}: a deactivated user is out ${await seeItOut(backend, reader, notices)}`)
      }
      await service.remove()
      for (const [index, { away }] of BACKENDS.entries()) {
        const backend = backends[index] as Backend
        await expectStatus(backend, admin.token, away, 'while the identity service is away')
        ok(`${backend.name}: ${away} for a good token while the identity service is away`)
      }
    } finally {
      for (const backend of backends) await backend.stop()
      await service.remove()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** An API key for the back ends. */
async function introduce(url: string, admin: Person): Promise<Omit<Introduction, 'folder'>> {
  const body = { name: 'Invoices', permissions: ['view_invoice'] }
  const made = await call(url, 'POST', '/admin/api-keys', { token: admin.token, body })
  if (made.status !== 201) throw new Error(`POST /admin/api-keys answered ${made.status}`)
  return { issuer: url, keyId: made.body.id, apiKey: made.body.api_key }
}

interface World {
  admin: Person
  reader: Person
  stranger: Person
  /** The reader's token by impersonation of the administrator. */
  impersonation: string
  service: { id: string; token: string }
  same: string
  hostile: Record<string, string>
}

async function prepare(
  { url, folder }: OwnService,
  { keyId, apiKey }: Introduction,
  people: Record<'admin' | 'reader' | 'stranger', Person>,
): Promise<World> {
  const { admin, reader } = people
  const request = { user_id: reader.id, reason: 'To see what Rosa sees' }
  const { access_token: impersonation } = await succeed(url, '/auth/impersonate', { token: admin.token, body: request })
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: keyId, client_secret: apiKey })
  const answer = await fetch(`${url}/auth/token`, { method: 'POST', body: form })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const made = await makeTokens(folder, url, reader.token)
  return { ...people, ...made, impersonation, service: { id: keyId, token } }
}

async function exercise(backend: Backend, world: World): Promise<void> {
  const { admin, reader, stranger, impersonation, service, same, hostile } = world
  await expectStatus(backend, undefined, 401, 'without a token')
  for (const [fault, token] of Object.entries(hostile)) await expectStatus(backend, token, 401, fault)
  await expectStatus(backend, stranger.token, 403, 'without the permission')
  await expectCaller(backend, reader.token, String(reader.id))
  await expectCaller(backend, same, String(reader.id))
  await expectCaller(backend, admin.token, String(admin.id))
  await expectCaller(backend, service.token, service.id)
  await expectCaller(backend, impersonation, String(reader.id), String(admin.id))
}

const DISGUISE = { 'x-user-id': '1', 'x-client-id': 'x', 'x-actor-id': '7', 'x-user-permissions': 'admin' }

/** Asks with headers that would make the caller somebody else, were they believed. */
function ask({ url }: Backend, token: string | undefined): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return fetch(url, { headers: { ...DISGUISE, ...authorization } })
}

async function expectStatus(backend: Backend, token: string | undefined, status: number, when: string): Promise<void> {
  const response = await ask(backend, token)
  const body = await response.text()
  if (response.status !== status) {
    throw new Error(`${backend.name} answered ${response.status} instead of ${status} ${when}: ${body}`)
  }
  const challenge = response.headers.get('www-authenticate') ?? ''
  if (status === 401 && !challenge.startsWith('Bearer')) throw new Error(`${backend.name} asks for "${challenge}"`)
}

async function expectCaller(backend: Backend, token: string, caller: string, actor: string | null = null) {
  const response = await ask(backend, token)
  const body = await response.text()
  if (response.status !== 200) throw new Error(`${backend.name} answered ${response.status} to ${caller}: ${body}`)
  const told = JSON.parse(body)
  if (told.caller !== caller || told.actor !== actor) {
    throw new Error(`${backend.name} took ${caller}, actor ${actor}, for ${told.caller}, actor ${told.actor}`)
  }
}

async function deactivate(url: string, admin: Person, { id }: Person): Promise<void> {
  const edited = await call(url, 'PATCH', `/admin/users/${id}`, { token: admin.token, body: { active: false } })
  if (edited.status !== 200) throw new Error(`PATCH /admin/users/${id} answered ${edited.status}`)
}

/** @returns when the back end notices. */
async function seeItOut(backend: Backend, { token }: Person, notices: string): Promise<string> {
  if (notices === 'at the end of the token') {
    await expectStatus(backend, token, 200, 'until the token expires')
    return notices
  }
  const since = performance.now()
  while ((await ask(backend, token)).status !== 401) {
    const waited = performance.now() - since
    if (notices === 'at once' || waited > LONGEST_WAIT) throw new Error(`${backend.name} still lets the user in`)
    await sleep(50)
  }
  return `${notices}, ${((performance.now() - since) / 1000).toFixed(1)} s after the answer`
}
