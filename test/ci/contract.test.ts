/** What counts as a break of the HTTP contract, on a part of the real document. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse, stringify } from 'yaml'
import { announcesBreak, contractBreaks } from '../../.ci/contract-breaks.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests change documents at will.
type Document = any

const whole: Document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'))
const PATHS = ['/auth/login', '/auth/me', '/auth/check', '/auth/refresh', '/admin/users', '/admin/audit-events']
const base = { ...whole, paths: Object.fromEntries(PATHS.map((path) => [path, whole.paths[path]])) }

const loginBody = (document: Document) =>
  document.paths['/auth/login'].post.requestBody.content['application/json'].schema
const loginCodes = (document: Document, status: number) =>
  document.paths['/auth/login'].post.responses[status].content['application/problem+json'].schema.allOf[1].properties
    .code

const must = { in: 'query', name: 'must', required: true, schema: { type: 'string' } }

function dropFrom(schema: Document, value: string, list = 'enum'): void {
  schema[list] = schema[list].filter((entry: string) => entry !== value)
}
function indexOfQ(document: Document): number {
  return document.paths['/admin/users'].get.parameters.findIndex(({ name }: Document) => name === 'q')
}
function passwordStates(document: Document): string[] {
  return document.components.schemas.AdminUser.properties.password_state.enum
}

/** The breaks between the base and it after all these changes. */
function breaksAfter(t: Test, changes: ((document: Document) => void)[]): string[] {
  const revision = structuredClone(base)
  for (const change of changes) change(revision)
  const text = (document: Document) => stringify(document, { aliasDuplicateObjects: false })
  const folder = t.testdir({ 'base.yaml': text(base), 'revision.yaml': text(revision) })
  return contractBreaks(join(folder, 'base.yaml'), join(folder, 'revision.yaml'))
}

t.test('whatever would break a caller is named, each with its place', async (t) => {
  const breaking: [RegExp, (document: Document) => void][] = [
    [/^#\/paths\/~1auth~1check: .*removed/, (d) => delete d.paths['/auth/check']],
    [/PATCH \/auth\/me.* removed/, (d) => delete d.paths['/auth/me'].patch],
    [/`q` query parameter was removed/, (d) => d.paths['/admin/users'].get.parameters.splice(indexOfQ(d), 1)],
    [/`must` query parameter was added/, (d) => d.paths['/admin/users'].get.parameters.push(must)],
    [/became required: .*`captcha`/, (d) => (loginBody(d).properties.captcha = { type: 'string' })],
    [/became required: .*`remember_me`/, (d) => loginBody(d).required.push('captcha', 'remember_me')],
    [/Enum of `token_delivery` lost values: 'body'/, (d) => dropFrom(loginBody(d).properties.token_delivery, 'body')],
    [/`maxLength` of `email` changed/, (d) => (loginBody(d).properties.email.maxLength = 10)],
    [/Request body became required/, (d) => (d.paths['/auth/refresh'].post.requestBody.required = true)],
    [/Authentication became required/, (d) => (d.paths['/auth/refresh'].post.security = [{ accessToken: [] }])],
    [/`phone` of `user` was removed/, (d) => delete d.components.schemas.User.properties.phone],
    [/no longer required: .*`first_name`/, (d) => dropFrom(d.components.schemas.User, 'first_name', 'required')],
    [/Type of `login_count` .* 'string'/, (d) => (d.components.schemas.User.properties.login_count.type = 'string')],
    [/`refresh_token` of .* was removed/, (d) => delete d.components.schemas.Authenticated.properties.refresh_token],
    [/One of the alternatives was removed/, (d) => d.components.schemas.SignInOutcome.oneOf.pop()],
    [/Response `401` was removed/, (d) => delete d.paths['/auth/login'].post.responses[401]],
    [/No longer answered: account_locked/, (d) => dropFrom(loginCodes(d, 403), 'account_locked')],
    [/No longer answered: own_account/, (d) => dropFrom(d.components.schemas.Problem.properties.code, 'own_account')],
    [/Enum of .*password_state.* gained values: 'expired'/, (d) => passwordStates(d).push('expired')],
  ]
  const found = breaksAfter(
    t,
    breaking.map(([, change]) => change),
  )
  for (const [message] of breaking)
    t.ok(
      found.some((line) => message.test(line)),
      String(message),
    )
  if (!t.passing()) t.comment(found.join('\n'))
})

t.test('what only adds passes, and so do new codes of refusals, new types of events and other words', async (t) => {
  const additions = [
    (d: Document) => (d.paths['/auth/more'] = structuredClone(whole.paths['/auth/sessions'])),
    (d: Document) => d.paths['/admin/users'].get.parameters.push({ ...must, name: 'may', required: false }),
    (d: Document) => (loginBody(d).properties.hint = { type: 'string' }),
    (d: Document) => loginBody(d).properties.token_delivery.enum.push('header'),
    (d: Document) => d.components.schemas.User.required.push('nickname'),
    (d: Document) => (d.components.schemas.User.properties.nickname = { type: 'string' }),
    (d: Document) => loginCodes(d, 403).enum.push('account_expired'),
    (d: Document) => d.components.schemas.Problem.properties.code.enum.push('account_expired'),
    (d: Document) => (d.paths['/auth/login'].post.responses[409] = d.paths['/auth/login'].post.responses[403]),
    (d: Document) => d.components.schemas.AuditEvent.properties.type.enum.push('account_expired'),
    (d: Document) => (d.paths['/auth/login'].post.description = 'In other words.'),
  ]
  t.strictSame(breaksAfter(t, additions), [])
})

t.test('a break is accepted only where the changelog announces it for the release to come', async (t) => {
  const changelog = (unreleased: string, released: string) =>
    `# Changelog\n\n## [Unreleased]\n\n${unreleased}\n\n## [1.0.0]\n\n${released}\n`
  t.equal(announcesBreak(changelog('### Changed\n\n- **Breaking**: `phone` is gone.', '')), true)
  t.equal(announcesBreak(changelog('- `phone` is gone.', '- **Breaking**: `fax` is gone.')), false)
  t.equal(announcesBreak('# Changelog\n\n## [Unreleased]\n\n- **Breaking**: `phone` is gone.\n'), true)
})
