/** One connection that is kept, and the time from the first byte sent to the last byte received. */
import { Agent, request } from 'node:http'
import type { Request } from './questions.ts'

export interface Timed {
  /** Microseconds. */
  time: number
  status: number
  text: string
}

let sources = 0

export function createTimedClient(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const send = ({ method, path, body, headers }: Request): Promise<Timed> => {
    sources += 1
    const payload = body === undefined ? undefined : JSON.stringify(body)
    // Each from another address: sources are held up, too.
    const from = `10.${(sources >> 16) & 255}.${(sources >> 8) & 255}.${sources & 255}`
    const sent = {
      'x-forwarded-for': from,
      ...(payload && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
      ...headers,
    }
    return new Promise((resolve, reject) => {
      const start = process.hrtime.bigint()
      const call = request(`${url}${path}`, { method, agent, headers: sent }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => {
          const time = Number(process.hrtime.bigint() - start) / 1000
          resolve({ time, status: response.statusCode ?? 0, text })
        })
      })
      call.on('error', reject).end(payload)
    })
  }
  return { send, close: () => agent.destroy() }
}
