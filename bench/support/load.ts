/** A closed loop of clients, each with a connection of its own, that asks anew as soon as it is answered. */
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Ask {
  method: string
  path: string
  body?: object
  /** Sent as a form. */
  form?: Record<string, string>
  headers?: Record<string, string>
}

export interface Figures {
  count: number
  /** A second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p99: number
}

/** @throws when an answer is not the expected one: a failure costs less than what is to be measured. */
export async function send(
  agent: Agent,
  url: string,
  { method, path, body, form, headers }: Ask,
  expected = 200,
): Promise<string> {
  const content = form ? new URLSearchParams(form).toString() : body && JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const sent = request(url + path, {
      method,
      agent,
      headers: {
        ...headers,
        'user-agent': 'bench',
        ...(content !== undefined && {
          'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
          'content-length': Buffer.byteLength(content),
        }),
      },
    })
    sent.on('error', reject)
    sent.on('response', async (response) => {
      const answer = await text(response)
      if (response.statusCode === expected) resolve(answer)
      else reject(new Error(`${path} answered ${response.statusCode} ${answer}`))
    })
    sent.end(content)
  })
}

/** @param note hears each answer. */
export async function load(
  url: string,
  next: () => Ask,
  { clients, span, note }: { clients: number; span: number; note?: (body: string) => void },
): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const times: number[] = []
  const start = performance.now()
  const client = async () => {
    while (performance.now() - start < span) {
      const sent = performance.now()
      const body = await send(agent, url, next())
      times.push(performance.now() - sent)
      note?.(body)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - start) / 1000
  agent.destroy()
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round(10 * (times[Math.floor(times.length * share)] ?? 0)) / 10
  return { count: times.length, rate: Math.round((10 * times.length) / seconds) / 10, p50: at(0.5), p99: at(0.99) }
}
