/** The calls of two-factor authentication and of the password change, as tests make them. */
import type { TestApp } from './app.ts'
import type { Answer } from './client.ts'
import { login, type TestUser } from './users.ts'

/** A sign-in as far as it comes with the password: the token of the step that comes next, or of the session. */
export async function tokenAfterPassword(app: TestApp, user: TestUser, more: object = {}): Promise<string> {
  const { body, text } = await login(app, user, more)
  const token = body.step_token ?? body.access_token
  if (typeof token !== 'string') throw new Error(`expected a token, got ${text}`)
  return token
}

export function enable(
  { call }: TestApp,
  user: TestUser,
  token: string | undefined,
  password = user.password,
): Promise<Answer> {
  return call('POST', `/2fa/enable/user/${user.id}`, { token, body: { password } })
}

export function verifySetup(app: TestApp, user: TestUser, token: string | undefined, code: string): Promise<Answer> {
  return app.call('POST', `/2fa/verify-setup/user/${user.id}`, { token, body: { code } })
}

export function verify(app: TestApp, user: TestUser, token: string | undefined, code: string): Promise<Answer> {
  return app.call('POST', `/2fa/verify/user/${user.id}`, { token, body: { code } })
}

/** Signs in with the password and presents this code. */
export async function signInWithCode(app: TestApp, user: TestUser, code: string): Promise<Answer> {
  return verify(app, user, await tokenAfterPassword(app, user), code)
}

export function regenerate(app: TestApp, user: TestUser, token: string, body?: object): Promise<Answer> {
  const path = `/2fa/backup-codes/regenerate/user/${user.id}`
  return app.call('POST', path, { token, ...(body && { body }) })
}

export function readStatus(app: TestApp, user: TestUser, token: string): Promise<Answer> {
  return app.call('GET', `/2fa/status/user/${user.id}`, { token })
}

export function disable(
  app: TestApp,
  user: TestUser,
  token: string,
  code: string,
  password = user.password,
): Promise<Answer> {
  return app.call('POST', `/2fa/disable/user/${user.id}`, { token, body: { password, code } })
}

/** @param more `current_password` for a signed-in user, another `confirm_password`. */
export function changePassword(
  app: TestApp,
  token: string | undefined,
  newPassword: string,
  more: object = {},
): Promise<Answer> {
  const body = { new_password: newPassword, confirm_password: newPassword, ...more }
  return app.call('POST', '/auth/password/change', { token, body })
}

export function refresh({ call }: TestApp, refreshToken: string): Promise<Answer> {
  return call('POST', '/auth/refresh', { body: { refresh_token: refreshToken } })
}

export function me({ call }: TestApp, token: string): Promise<Answer> {
  return call('GET', '/auth/me', { token })
}
