/** Browsers of the tests: what they keep in the device cookie, and sign-ins from them. */
import type { TestApp } from './app.ts'
import type { Answer } from './client.ts'
import type { TestUser } from './users.ts'

/** What an answer leaves in the browser's device cookie; '' where it sets none. */
export function deviceCookie({ headers }: Answer): string {
  return /^omnicrm_device=([^;]*)/.exec(deviceCookieLine(headers))?.[1] ?? ''
}

export function deviceCookieLine(headers: Headers): string {
  return headers.getSetCookie().find((line) => line.startsWith('omnicrm_device=')) ?? ''
}

/** A sign-in from a browser with this device cookie. */
export function loginWith(
  { call }: TestApp,
  device: string,
  { email, password }: Pick<TestUser, 'email' | 'password'>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return call('POST', '/auth/login', {
    body: { email, password },
    headers: { cookie: `omnicrm_device=${device}`, ...headers },
  })
}
