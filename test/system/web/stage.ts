/** The pages on one origin, the service on another, and the people who are to be seen on them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OwnService, startOwnService } from '../../../examples/own-service.ts'
import { startWebServer } from '../../../examples/web/web-server.ts'
import { freePort } from '../../../src/dev/free-port.ts'
import { Authenticator } from '../../support/authenticator.ts'
import { call, succeed } from '../production-service.ts'

export const PASSWORD = 'heron lantern gravel'

/** Whoever has this role must enrol a second factor. */
const GUARDED_ROLE = 'finance_manager'

export interface Person {
  id: number
  email: string
  /** Temporary for newcomers. */
  password: string
}

export interface Stage {
  /** Where the pages are. */
  url: string
  service: OwnService
  /** The administrator, with a second factor. */
  admin: Person & { authenticator: Authenticator; backupCodes: string[] }
  /** Someone with a temporary password, who has never signed in; `guarded`: and who must enrol a second factor. */
  newcomer(email: string, options?: { guarded: boolean }): Promise<Person>
  /** Someone with a password of their own. */
  member(email: string, name?: [first: string, last: string]): Promise<Person>
  /** The link in the newest mail to this address; waits for one that is on its way. */
  linkTo(address: string): Promise<string>
  close(): Promise<void>
}

export async function setStage(): Promise<Stage> {
  const port = await freePort('localhost')
  const url = `http://localhost:${port}`
  // Its origin is thereby the one that may call: the settings as anyone would have them.
  const service = await startOwnService({ FRONTEND_URL: url })
  const pages = await startWebServer(service.url, port)
  const close = async () => {
    await pages.close()
    await service.remove()
  }
  try {
    const { admin, token } = await settle(service)
    const newcomer: Stage['newcomer'] = async (email, { guarded } = { guarded: false }) => {
      const role = guarded ? GUARDED_ROLE : 'customer_service_agent_1'
      return hire(service.url, token, { email, name: ['Nora', 'Berg'], roles: [role] })
    }
    const member: Stage['member'] = async (email, name = ['Mona', 'Reyes']) => {
      const person = await hire(service.url, token, { email, name, roles: ['customer_service_agent_1'] })
      await replacePassword(service.url, person)
      return { ...person, password: PASSWORD }
    }
    await populate(service.url, token)
    return { url, service, admin, newcomer, member, linkTo: (address) => linkTo(service.mails, address), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The administrator gets a name, a password and a second factor. */
async function settle({ url, email, oneTimePassword }: OwnService) {
  const session = await replacePassword(url, { email, password: oneTimePassword })
  const { access_token: token, user } = session
  await call(url, 'PATCH', '/auth/me', {
    token,
    body: { first_name: 'Alex', last_name: 'Martin', phone: '+33 1 70 18 99 00' },
  })
  const offer = await succeed(url, `/2fa/enable/user/${user.id}`, { token, body: { password: PASSWORD } })
  const authenticator = new Authenticator(offer.provisioning_uri)
  await succeed(url, `/2fa/verify-setup/user/${user.id}`, { token, body: { code: authenticator.code(new Date()) } })
  const role = { name: GUARDED_ROLE, permissions: ['view_invoice'], description: 'Reads and approves invoices' }
  await call(url, 'POST', '/admin/roles', { token, body: role })
  const policy = { two_factor: { required_for_all: false, required_roles: [GUARDED_ROLE] } }
  await call(url, 'PUT', '/admin/policy', { token, body: policy })
  const admin = {
    id: user.id as number,
    email,
    password: PASSWORD,
    authenticator,
    backupCodes: offer.backup_codes as string[],
  }
  return { admin, token: token as string }
}

interface Draft {
  email: string
  name: [first: string, last: string]
  roles: string[]
  phone?: string
}

/** @returns them, with a temporary password. */
async function hire(url: string, token: string, draft: Draft): Promise<Person> {
  const id = await create(url, token, draft)
  const given = await succeed(url, `/admin/users/${id}/reset-password`, { token, body: {} })
  return { id, email: draft.email, password: given.temporary_password }
}

async function create(url: string, token: string, { name: [first_name, last_name], ...rest }: Draft): Promise<number> {
  const body = { first_name, last_name, send_welcome_email: false, ...rest }
  const made = await call(url, 'POST', '/admin/users', { token, body })
  if (made.status !== 201) throw new Error(`POST /admin/users answered ${made.status} ${JSON.stringify(made.body)}`)
  return made.body.id
}

async function replacePassword(url: string, { email, password }: { email: string; password: string }) {
  const first = await succeed(url, '/auth/login', { body: { email, password } })
  const change = { new_password: PASSWORD, confirm_password: PASSWORD }
  return succeed(url, '/auth/password/change', { token: first.step_token, body: change })
}

/** Enough people for the table, in the states that it shows. */
async function populate(url: string, token: string): Promise<void> {
  const people: [string, string, string, string | undefined, string][] = [
    ['John', 'Smith', 'john@example.com', '+44 20 7946 0123', 'customer_service_agent_1'],
    ['Jane', 'Doe', 'jane@example.com', '+44 20 7946 0456', 'customer'],
    ['Bob', 'Wilson', 'bob@example.com', '+44 20 7946 0789', 'customer'],
    ['ليلى', 'حداد', 'layla@example.com', '+971 4 555 0101', 'customer_service_agent_1'],
    ['Inés', 'Álvarez', 'ines@example.com', '+34 910 555 010', 'customer'],
    ['Émile', 'Fournier', 'emile@example.com', undefined, 'customer'],
    ['Grace', 'Okafor', 'grace@example.com', '+234 1 555 0170', 'customer_service_agent_1'],
    ['Tom', 'Baker', 'tom@example.com', '+1 202 555 0143', 'customer'],
  ]
  for (const [first, last, email, phone, role] of people) {
    const draft = { email, name: [first, last] as [string, string], roles: [role], ...(phone && { phone }) }
    if (email === 'john@example.com') await enrol(url, await hire(url, token, draft))
    else if (email === 'jane@example.com') await replacePassword(url, await hire(url, token, draft))
    else await create(url, token, draft)
  }
  const [tom] = (await call(url, 'GET', '/admin/users?email=tom@example.com', { token })).body.items
  await call(url, 'PATCH', `/admin/users/${tom.id}`, { token, body: { active: false } })
}

async function enrol(url: string, person: Person): Promise<void> {
  const { access_token: token, user } = await replacePassword(url, person)
  const offer = await succeed(url, `/2fa/enable/user/${user.id}`, { token, body: { password: PASSWORD } })
  const code = new Authenticator(offer.provisioning_uri).code(new Date())
  await succeed(url, `/2fa/verify-setup/user/${user.id}`, { token, body: { code } })
}

async function linkTo(folder: string, address: string): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
    const mails = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))))
    const url = mails.findLast((mail) => mail.to === address && mail.variables.url)?.variables.url
    if (url) return url
    await sleep(50)
  }
  throw new Error(`no mail with a link came to ${address}`)
}
