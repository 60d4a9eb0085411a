/** The part of the demo in which a user moves in from another system and signs in with the password of old. */
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import type { Journey, Section } from './journey.ts'

export const movingInSections: Section[] = [moveIn]

async function moveIn({ step, note, call, expect, operate, accessToken: token }: Journey): Promise<void> {
  step('A user moves in from the old system, with id and password hash')
  if (!operate) return note('Left out: importing needs the database, and only the URL of the service is known.')
  const email = `lena.${Date.now().toString(36)}@example.com`
  const password = 'what Lena typed before'
  const names = { first_name: 'Lena', last_name: 'Roth' }
  const row = { id: 471_100, email, ...names, roles: ['customer'], password_hash: hashLikeWerkzeug(password) }
  const status = await operate(['users', 'import', '-'], `${JSON.stringify(row)}\n`)
  expect(status === 0, 'the import took her in')
  const first = await call('POST', '/auth/login', { body: { email, password } })
  expect(first.body['status'] === 'authenticated', 'the password of old signs her in, and is hashed anew by that')
  const user = first.body['user'] as { id: number }
  expect(user.id === row.id, 'her id is the one that other services know')
  const again = await operate(['users', 'import', '-'], `${JSON.stringify(row)}\n`)
  expect(again === 0, 'a second import leaves her as she is')
  await call('DELETE', `/admin/users/${row.id}`, { token })
}

/** As `werkzeug.security.generate_password_hash` writes it. */
function hashLikeWerkzeug(password: string): string {
  const salt = randomBytes(8).toString('hex')
  return `pbkdf2:sha256:600000$${salt}$${pbkdf2Sync(password, salt, 600_000, 32, 'sha256').toString('hex')}`
}
