/** Requests for every operation of an OpenAPI document, from every kind of caller. */
import fc from 'fast-check'
import { allowedBy, hostileText, hostileValue, type Known, nearly, type Schema } from './values.ts'

/** Somebody, or nobody, who calls. */
export interface Caller {
  name: string
  headers: Record<string, string>
  /** The account that the caller's own calls are about. */
  userId?: number
  /** What opens something to this caller alone, by the field's name. */
  known?: Known
}

export interface Request {
  operation: string
  caller: string
  method: string
  path: string
  headers: Record<string, string>
  body: string | undefined
}

export interface Operation {
  name: string
  method: string
  template: string
  parameters: { in: string; name: string; required?: boolean; schema: Schema }[]
  /** The kinds of callers that the contract names; empty where anybody may call. */
  security: string[]
  body: { contentType: string; schema: Schema } | undefined
}

type Document = Record<
  string,
  Record<
    string,
    {
      parameters?: Operation['parameters']
      security?: object[]
      requestBody?: { content: Record<string, { schema: Schema }> }
    }
  >
>

export function operationsOf({ paths }: { paths?: object }): Operation[] {
  return Object.entries(paths as Document).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], security = [], requestBody }]) => {
      const [contentType, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
      return {
        name: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        template,
        parameters,
        security: security.flatMap((scheme) => Object.keys(scheme)),
        body: contentType && media ? { contentType, schema: media.schema } : undefined,
      }
    }),
  )
}

/** @param callers by the scheme of the contract that they fit; `none` fits none. */
export function requestTo(
  operation: Operation,
  callers: Record<string, Caller[]>,
  known: Known,
): fc.Arbitrary<Request> {
  const fitting = operation.security.flatMap((scheme) => callers[scheme] ?? [])
  const caller = fc.oneof(
    { weight: fitting.length > 0 ? 4 : 0, arbitrary: fc.constantFrom(...(fitting.length > 0 ? fitting : [nobody])) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.values(callers).flat()) },
  )
  return caller.chain((who) => {
    const own = { ...known, ...who.known }
    return fc
      .record({
        path: pathOf(operation, own, who),
        query: queryOf(operation, own),
        headers: headersOf(known),
        body: bodyOf(operation, own),
      })
      .map(({ path, query, headers, body }) => ({
        operation: operation.name,
        caller: who.name,
        method: operation.method,
        path: path + query,
        headers: { ...headers, ...(body && { 'content-type': body.contentType }), ...who.headers },
        body: body?.text,
      }))
  })
}

const nobody: Caller = { name: 'nobody', headers: {} }

const hostileSegments = [
  '%',
  '%00',
  '%zz',
  '%ff',
  '%c0%af',
  '..',
  '%2e%2e%2f',
  '%2F',
  ';x=y',
  'x'.repeat(3000),
  '%F0%9F%98%80',
  '1%20',
  '01',
  '+1',
  '1e3',
  '0x1',
]

function pathOf({ template, parameters }: Operation, known: Known, { userId }: Caller): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const values = inPath.map(({ name, schema }) => {
    // The same word names users in some paths and keys in others.
    const choices = known[`${template.split('/{')[0]}:${name}`] ?? known[name] ?? []
    const value = fc.oneof(
      { weight: 12, arbitrary: nearly(schema, name, { ...known, [name]: choices }).map(encodeSegment) },
      { weight: name === 'user_id' && userId ? 20 : 0, arbitrary: fc.constant(String(userId)) },
      { weight: 1, arbitrary: fc.constantFrom(...hostileSegments) },
    )
    return value.map((text) => [name, text] as const)
  })
  return fc
    .tuple(...values)
    .map((pairs) => pairs.reduce((path, [name, text]) => path.replace(`{${name}}`, () => text), template))
}

const encodeSegment = (value: unknown) => encodeURIComponent(String(value).toWellFormed())

function queryOf({ parameters }: Operation, known: Known): fc.Arbitrary<string> {
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) =>
      fc.option(
        nearly(schema, name, known).map((value) => `${name}=${encodeSegment(value)}`),
        { freq: 2 },
      ),
    )
  const extra = fc.constantFrom(
    'x=1',
    'limit=1&limit=2',
    '__proto__=1',
    '__proto__[a]=1',
    'limit',
    '=',
    '%',
    'a=%ff',
    '&&&',
    '?',
    'limit[]=1',
  )
  return fc
    .tuple(fc.tuple(...pairs), fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: extra }))
    .map(([given, more]) => [...given, more].filter((pair) => pair !== null).join('&'))
    .map((query) => (query === '' ? '' : `?${query}`))
}

/** As Node's client sends them: without control characters, in Latin-1. */
const headerText = fc
  .oneof(hostileText, fc.string())
  .map((text) => text.replace(/[^\x20-\x7e\xa0-\xff]/g, '').slice(0, 2000))

function headersOf(known: Known): fc.Arbitrary<Record<string, string>> {
  const one = (...values: string[]) =>
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: headerText })
  const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 7, nil: undefined })
  return fc
    .record({
      'x-forwarded-for': fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        one('unknown', '192.0.2.1:99', '[2001:db8::1]:80', 'fe80::1%eth0'),
      ),
      'accept-language': rarely(one('fr', 'ar;q=0.9', '*', 'xx-YY, es;q=nonsense')),
      'user-agent': rarely(headerText),
      'if-match': rarely(one('1', '"1"', '*', 'W/"1"')),
      origin: rarely(one('http://localhost:3001', 'null', 'https://evil.example')),
      'sec-fetch-site': rarely(one('cross-site', 'same-origin')),
      'x-request-id': rarely(one('mine')),
      traceparent: rarely(one('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')),
      accept: rarely(one('text/html', 'application/xml')),
      cookie: fc.option(fc.oneof(fc.constantFrom(...(known['cookie'] as string[])), headerText), {
        freq: 4,
        nil: undefined,
      }),
      'content-encoding': fc.option(fc.constantFrom('gzip', 'identity'), { freq: 40, nil: undefined }),
    })
    .map((headers) =>
      Object.fromEntries(Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined)),
    )
}

const malformed = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '{"a":1,"a":2}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"a":1}}}',
  '\ufeff{}',
  '[[[[[[',
  `${'['.repeat(2000)}${']'.repeat(2000)}`,
  `{"email":"${'x'.repeat(70_000)}"}`,
]

function bodyOf(
  { body, method }: Operation,
  known: Known,
): fc.Arbitrary<{ text: string; contentType: string } | undefined> {
  const anything = hostileValue.map((value) => ({ text: JSON.stringify(value) ?? '', contentType: 'application/json' }))
  if (!body) {
    return method === 'GET'
      ? fc.constant(undefined)
      : fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anything })
  }
  const isForm = body.contentType !== 'application/json'
  const write = isForm ? formOf : (value: unknown) => JSON.stringify(value) ?? ''
  const whole = allowedBy(body.schema, '', known).map((value) => ({
    text: write(value),
    contentType: body.contentType,
  }))
  const odd = fc.constantFrom(...malformed).map((text) => ({ text, contentType: body.contentType }))
  const mistyped = whole.map(({ text }) => ({ text, contentType: 'text/plain' }))
  return fc.oneof(
    { weight: 24, arbitrary: whole },
    { weight: 2, arbitrary: odd },
    { weight: 1, arbitrary: anything },
    { weight: 1, arbitrary: mistyped },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
}

function formOf(value: unknown): string {
  const form = new URLSearchParams()
  for (const [name, field] of Object.entries(value ?? {})) form.append(name, String(field))
  return form.toString()
}
