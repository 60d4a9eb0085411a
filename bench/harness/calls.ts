/** A call of what is measured, and how one is made by itself. */

export interface Call {
  method?: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

/** Everybody's. */
export const PASSWORD = 'bench-Tulip-harbour-7'

export function post(path: string, body: object, headers: Record<string, string> = {}): Call {
  return {
    method: 'POST',
    path,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** @returns what was answered, and the cookies that came with it. */
// biome-ignore lint/suspicious/noExplicitAny: answers to whatever was asked
export async function ask(url: string, call: Call): Promise<{ body: any; cookie: string }> {
  const { path, ...init } = call
  const answer = await fetch(url + path, init)
  const body = await answer.json()
  if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${JSON.stringify(body)}`)
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0])
  return { body, cookie: cookies.join('; ') }
}
