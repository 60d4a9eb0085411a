/**
 * Mailjet as the service sees it: a real HTTPS server with a certificate of its own, which speaks the send call of v3.1
 * and the look-up of messages of v3, and fails in every way in which the real one can.
 */
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { generate } from 'selfsigned'
import type { Test } from 'tap'

/** A status to answer with, or what happens instead of an answer; `accept-` takes the mail before it. */
export type Behaviour =
  | 'accept'
  | 'slow'
  | 400
  | 401
  | 429
  | 500
  | 'accept-500'
  | 'hang'
  | 'accept-hang'
  | 'reset'
  | 'accept-reset'

export interface MailjetMessage {
  From: { Email: string; Name: string }
  To: { Email: string }[]
  Subject: string
  CustomID: string
  TextPart?: string
  HTMLPart?: string
  TemplateID?: number
  TemplateLanguage?: boolean
  Variables?: Record<string, string>
  TrackClicks?: string
  TrackOpens?: string
}

export interface MailjetCall {
  method: string
  path: string
  authorization: string | undefined
  contentType: string | undefined
  body: { Messages?: MailjetMessage[] }
}

export class MailjetStub {
  /** What happens to mails that are sent, and to look-ups; each change holds until the next one. */
  sending: Behaviour = 'accept'
  lookingUp: 'answer' | 401 | 404 | 500 | 'reset' = 'answer'
  readonly calls: MailjetCall[] = []
  /** The mails that will arrive. */
  readonly accepted: MailjetMessage[] = []
  readonly host: string
  /** The stub's certificate, for processes of their own (NODE_EXTRA_CA_CERTS). */
  readonly certificate: string
  constructor(host: string, certificate: string) {
    this.host = host
    this.certificate = certificate
  }
  /** The settings that lead the service here. */
  get env(): Record<string, string> {
    return {
      MAIL_TRANSPORT: 'mailjet',
      MAILJET_HOST: this.host,
      MAILJET_API_KEY: 'the-key',
      MAILJET_API_SECRET: 'the-secret',
      MAIL_FROM_EMAIL: 'crm@example.com',
    }
  }
  /** The calls that sent something, and those that looked something up. */
  get sends(): MailjetMessage[] {
    return this.calls.flatMap((call) => call.body.Messages ?? [])
  }
  get lookUps(): string[] {
    return this.calls.filter((call) => call.method === 'GET').map((call) => call.path)
  }
  /** The mails that arrived at this address. */
  arrived(address: string): MailjetMessage[] {
    return this.accepted.filter((message) => message.To.some(({ Email }) => Email === address))
  }
}

/** Starts the stub, makes this process trust it, and stops it with the test. */
export async function startMailjet(t: Test): Promise<MailjetStub> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', algorithm: 'sha256' })
  const server = createServer({ key: pems.private, cert: pems.cert }, (request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const call = {
        method: request.method ?? '',
        path: request.url ?? '',
        authorization: request.headers.authorization,
        contentType: request.headers['content-type'],
        body: text === '' ? {} : JSON.parse(text),
      }
      stub.calls.push(call)
      answer(stub, call, {
        send: (status, body) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        reset: () => request.socket.destroy(),
      })
    })
  })
  await once(server.listen(0, 'localhost'), 'listening')
  const stub = new MailjetStub(`localhost:${(server.address() as AddressInfo).port}`, pems.cert)
  setDefaultCACertificates([...getCACertificates('default'), pems.cert])
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return stub
}

interface Reply {
  send(status: number, body: object): void
  reset(): void
}

function answer(stub: MailjetStub, call: MailjetCall, reply: Reply): void {
  const url = new URL(call.path, 'https://localhost')
  const route = `${call.method} ${url.pathname}`
  if (route === 'POST /v3.1/send') answerSend(stub, call.body.Messages ?? [], reply)
  else if (route === 'GET /v3/REST/message') answerLookUp(stub, url.searchParams.get('CustomID'), reply)
  else reply.send(404, { ErrorMessage: 'Resource not found', StatusCode: 404 })
}

function answerSend({ sending, accepted }: MailjetStub, messages: MailjetMessage[], reply: Reply): void {
  const takes = sending === 'accept' || sending === 'slow' || String(sending).startsWith('accept-')
  if (takes) accepted.push(...messages)
  const success = { Messages: messages.map(({ CustomID, To }) => ({ Status: 'success', CustomID, To })) }
  if (typeof sending === 'number') reply.send(sending, errorOf(sending))
  else if (sending === 'accept-500') reply.send(500, errorOf(500))
  else if (sending === 'reset' || sending === 'accept-reset') reply.reset()
  else if (sending === 'slow') setTimeout(() => reply.send(200, success), 1000)
  else if (sending === 'accept') reply.send(200, success)
}

function answerLookUp({ accepted, lookingUp }: MailjetStub, customId: string | null, reply: Reply): void {
  const found = accepted.filter((message) => message.CustomID === customId)
  const data = found.map(({ CustomID }, index) => ({ ID: index + 1, CustomID, Status: 'sent' }))
  if (lookingUp === 'reset') reply.reset()
  else if (lookingUp === 'answer') reply.send(200, { Count: data.length, Data: data, Total: data.length })
  else reply.send(lookingUp, errorOf(lookingUp))
}

/** As Mailjet words it. */
function errorOf(status: number): object {
  if (status !== 400)
    return { ErrorIdentifier: 'stub', ErrorCode: `mj-${status}`, ErrorMessage: 'No', StatusCode: status }
  const error = { ErrorCode: 'mj-0013', StatusCode: 400, ErrorMessage: '"x@y" is an invalid email address.' }
  return { Messages: [{ Status: 'error', Errors: [error] }] }
}
