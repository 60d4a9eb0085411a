/** Who calls the back ends: an administrator, an agent who may read invoices, one who may not, and a service. */
import type { OwnService } from '../../../examples/own-service.ts'
import { call, succeed } from '../production-service.ts'

export interface Person {
  id: number
  token: string
}

export const READER_ROLE = 'invoice_reader'

export async function signInAdmin({ url, email, oneTimePassword }: OwnService): Promise<Person> {
  return withNewPassword(url, email, oneTimePassword)
}

/** A role that allows to read invoices. */
export async function createReaderRole(url: string, admin: Person): Promise<void> {
  const body = { name: READER_ROLE, permissions: ['view_invoice'] }
  const { status } = await call(url, 'POST', '/admin/roles', { token: admin.token, body })
  if (status !== 201) throw new Error(`POST /admin/roles answered ${status}`)
}

/** A signed-in user with this role. */
export async function hire(url: string, admin: Person, name: string, role: string): Promise<Person> {
  const { token } = admin
  const email = `${name.toLowerCase()}@example.com`
  const draft = { email, first_name: name, last_name: 'Example', roles: [role], send_welcome_email: false }
  const made = await call(url, 'POST', '/admin/users', { token, body: draft })
  if (made.status !== 201) throw new Error(`POST /admin/users answered ${made.status} ${JSON.stringify(made.body)}`)
  const given = await succeed(url, `/admin/users/${made.body.id}/reset-password`, { token, body: {} })
  return withNewPassword(url, email, given.temporary_password)
}

async function withNewPassword(url: string, email: string, password: string): Promise<Person> {
  const first = await succeed(url, '/auth/login', { body: { email, password } })
  const change = { new_password: 'heron lantern gravel', confirm_password: 'heron lantern gravel' }
  const done = await succeed(url, '/auth/password/change', { token: first.step_token, body: change })
  return { id: done.user.id, token: done.access_token }
}
