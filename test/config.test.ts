import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { type Config, ConfigError, loadConfig, loadMigrationConfig } from '../src/config.ts'
import { settings } from '../src/settings.ts'

const key = () => randomBytes(32).toString('base64')
const DATABASE_URL = 'postgres://runtime:secret@db.example.com:5432/omnicrm'
const SECRET_KEYS = `k1:${key()}`
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL,
  SECRET_KEYS,
  ISSUER: 'https://id.example.com',
  FRONTEND_URL: 'https://crm.example.com',
  MAIL_TRANSPORT: 'file',
}
const MAILJET = { MAIL_TRANSPORT: 'mailjet', MAILJET_API_KEY: 'key', MAILJET_API_SECRET: 'secret' }

/** The lines that a start with these settings would print; none when it would go on. */
function mistakes(env: Record<string, string>): string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.lines
    throw error
  }
}

const folder = mkdtempSync(join(tmpdir(), 'omnicrm-identity-test-'))
t.teardown(() => rmSync(folder, { recursive: true }))
let files = 0
/** A file with this content, as MAIL_TEMPLATES_FILE names it. */
function templates(content: string): string {
  files += 1
  const file = join(folder, `templates-${files}.yaml`)
  writeFileSync(file, content)
  return file
}

const emails = ['admin', '@example.com', 'a b@example.com', 'admin@', 'a@exa mple.com', `${'a'.repeat(251)}@x.y`]
const postgresUrls = ['localhost', 'mysql://u:p@h/d', 'postgres://host/db', 'postgres://u:p#w@h/d', ' ']
const urls = ['crm.example.com', 'ftp://x', 'https://x/?a=1', 'https://x/#a', 'https://user@x', 'https://']
const badValues: Record<string, string[]> = {
  NODE_ENV: ['prod', 'Production', 'staging'],
  DATABASE_URL: postgresUrls,
  DATABASE_MIGRATION_URL: postgresUrls,
  DATABASE_DIRECT_URL: postgresUrls,
  DATABASE_PREPARED_STATEMENTS: ['true', 'ON', '0'],
  DATABASE_POOL_SIZE: ['1', '201', 'ten', '-5', '2.5', '1e1', '0x10'],
  PORT: ['0', '65536', 'http', '-1', '30 00', '3000.5', '٣٠٠٠'],
  SECRET_KEYS: [
    'a-secret',
    'k1:',
    'k1:c2hvcnQ=',
    `toolongid:${key()}`,
    `sp ace:${key()}`,
    `:${key()}`,
    `k1:${randomBytes(31).toString('base64')}`,
    `k1:${randomBytes(33).toString('base64')}`,
    `k1:${key()},k1:${key()}`,
    `k1:${key()};k2:${key()}`,
    `k1:${key()}\nk2:${key()}`,
  ],
  SIGNING_KEY_ROTATION_DAYS: ['-1', '3651', 'monthly', '30.5'],
  AUDIT_RETENTION: ['0', '29', '36501', '1 year', 'never'],
  ISSUER: urls,
  FRONTEND_URL: urls,
  BASE_PATH: ['crm', '/', '/crm/', '//crm', '/c rm', '/crm?x', '/ünter'],
  CORS_ORIGINS: ['*', 'crm.example.com', 'https://crm.example.com/', 'https://a.example, *', 'null', 'ftp://a.example'],
  TRUST_PROXY: ['true', '0', '11', '10.0.0.0/8, everyone', 'proxy.example.com', '*'],
  REQUESTS_PER_MINUTE: ['-1', 'many', '1000001', '1.5'],
  DATABASE_WAIT: ['-1', 'forever', '3601'],
  OPS_PORT: ['0', '65536', 'ops'],
  METRICS: ['yes', 'ON', '1'],
  DOCS: ['yes', 'ON', '1'],
  SHUTDOWN_DELAY: ['-1', '301', '5s'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['collector:4318', 'grpc://collector:4317', 'x'],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ['collector:4318/v1/traces', 'x'],
  OTEL_EXPORTER_OTLP_PROTOCOL: ['grpc', 'http/json'],
  OTEL_TRACES_EXPORTER: ['zipkin', 'otlp,console'],
  OTEL_SDK_DISABLED: ['yes', '1'],
  UI_MODE: ['CRM', 'cell', 'crm,cbc'],
  ARGON2_MEMORY_KIB: ['7167', '1048577', '19 MiB'],
  ARGON2_PASSES: ['0', '21', 'two'],
  ARGON2_PARALLELISM: ['0', '17'],
  ACCOUNT_ENUMERATION: ['hide', 'REVEAL', 'true'],
  SECURITY_NOTICES: ['none', 'ALL', 'true'],
  REMEMBER_ME: ['no', 'OFF', '0'],
  TOTP_TOLERANCE: ['2', '-1', '30s'],
  MAIL_TRANSPORT: ['smtp', 'Mailjet', 'none'],
  MAIL_FROM_EMAIL: emails,
  SUPPORT_EMAIL: emails,
  MAIL_TEMPLATES_FILE: [
    join(folder, 'none.yaml'),
    folder,
    templates('- a list'),
    templates('welcome: {}'),
    templates('api_crmCommunicationUserWelcome: 5'),
    templates('api_crmCommunicationUserWelcome: { template: 5 }'),
    templates('api_crmCommunicationUserWelcome: { template_id: "5" }'),
    templates('api_crmCommunicationUserWelcome: { subject: [ }\nother: }'),
  ],
  BOOTSTRAP_ADMIN_EMAIL: emails,
  BOOTSTRAP_ADMIN_LOCALE: ['de', 'EN', 'english'],
  LOG_LEVEL: ['verbose', 'INFO', '30'],
}
/** Settings that are text of any kind. */
const anyText = [
  'HOST',
  'DATA_DIR',
  'AUDIENCE',
  'BOOTSTRAP_ADMIN_PASSWORD',
  'MAIL_DIR',
  'MAIL_FROM_NAME',
  'MAILJET_API_KEY',
  'MAILJET_API_SECRET',
  'MAILJET_HOST',
  'SUPPORT_PHONE',
]

t.test('every setting is either any text or refuses bad values', async (t) => {
  t.strictSame([...Object.keys(badValues), ...anyText].sort(), Object.keys(settings).sort())
})

t.test('each bad value is told in one line that names the setting', async (t) => {
  const whole = { DATABASE_URL, SECRET_KEYS }
  t.strictSame(mistakes(whole), [])
  for (const [name, values] of Object.entries(badValues)) {
    for (const value of values) {
      const lines = mistakes({ ...whole, [name]: value })
      t.equal(lines.length, 1, `${name}=${value}: ${lines.join(' | ')}`)
      t.match(lines[0], new RegExp(`^${name} (must|holds|names) [^\\n]+$`), `${name}=${value}`)
    }
  }
})

t.test('a mistake in a secret is told without the secret', async (t) => {
  const secret = randomBytes(31).toString('base64')
  const lines = mistakes({
    DATABASE_URL: 'mysql://runtime:hunter2-hunter2@db/omnicrm',
    SECRET_KEYS: `k1:${secret}`,
    BOOTSTRAP_ADMIN_PASSWORD: 'hunter2-hunter2',
    MAILJET_API_SECRET: 'hunter2-hunter2',
    PORT: 'x',
  })
  t.equal(lines.length, 3)
  t.notMatch(lines.join('\n'), 'hunter2')
  t.notMatch(lines.join('\n'), secret)
})

t.test('all mistakes are told at once, in one message', async (t) => {
  const env = Object.fromEntries(Object.entries(badValues).map(([name, values]) => [name, values[0] ?? '']))
  const lines = mistakes(env)
  t.strictSame(lines.map((line) => line.split(' ')[0]).sort(), Object.keys(badValues).sort())
  t.throws(() => loadConfig(env), { name: 'ConfigError', message: lines.join('\n') })
})

t.test('production asks for what it needs, all at once, and makes no secret up', async (t) => {
  const needed = ['DATABASE_URL', 'FRONTEND_URL', 'ISSUER', 'MAIL_TRANSPORT', 'SECRET_KEYS']
  const lines = mistakes({ NODE_ENV: 'production' })
  t.strictSame(lines.map((line) => line.split(' ')[0]).sort(), needed)
  t.equal(lines.filter((line) => /is required/.test(line)).length, needed.length)
  for (const name of needed) {
    const without = Object.fromEntries(Object.entries(PRODUCTION).filter(([other]) => other !== name))
    t.strictSame(
      mistakes(without).map((line) => line.split(' ')[0]),
      [name],
    )
    t.strictSame(
      mistakes({ ...PRODUCTION, [name]: '' }).map((line) => line.split(' ')[0]),
      [name],
      `${name} empty`,
    )
  }

  const config = loadConfig(PRODUCTION)
  t.strictSame(
    config.database?.secretKeys.map(({ id }) => id),
    ['k1'],
  )
  t.strictSame(config.bootstrapAdmin, { email: '', password: undefined, locale: 'en' })
})

t.test('migrate asks for its connections alone, in production too', async (t) => {
  const owner = 'postgres://owner:secret@db.example.com:5432/omnicrm'
  const env = { NODE_ENV: 'production', DATABASE_URL, DATABASE_MIGRATION_URL: owner, PORT: 'none of its business' }
  t.match(loadMigrationConfig(env).database, { url: DATABASE_URL, migrationUrl: owner })
  t.match(loadMigrationConfig({ DATABASE_URL }).database, { migrationUrl: DATABASE_URL })
  t.equal(loadMigrationConfig({}).database, undefined)
  t.throws(() => loadMigrationConfig({ ...env, DATABASE_MIGRATION_URL: 'mysql://x' }), {
    name: 'ConfigError',
    message: /^DATABASE_MIGRATION_URL must look like[^\n]*$/,
  })
})

t.test('production differs in nothing else: addresses, cookies, logs', async (t) => {
  const config = loadConfig(PRODUCTION)
  t.equal(config.production, true)
  t.match(config.http.host, /^(::|0\.0\.0\.0)$/)
  t.equal(config.http.secureCookies, true)
  t.equal(config.logLevel, 'info')
  t.strictSame(config.http.corsOrigins, ['https://crm.example.com'])
  t.match(config.http, { metrics: true, docs: false, shutdownDelay: 5, opsPort: undefined })
  t.equal(loadConfig({ ...PRODUCTION, DOCS: 'on' }).http.docs, true)
})

t.test('traces are sent where the standard variables ask for it', async (t) => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318'
  const cases: [Record<string, string>, boolean][] = [
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces` }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'true' }, false],
  ]
  for (const [env, tracing] of cases) t.equal(loadConfig(env).tracing, tracing, JSON.stringify(env))
})

t.test('settings that contradict each other are refused, naming them', async (t) => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ DATABASE_URL }, /^SECRET_KEYS is required with a database of your own/],
    [{ DATABASE_MIGRATION_URL: DATABASE_URL }, /^DATABASE_MIGRATION_URL .* without DATABASE_URL/],
    [{ DATABASE_DIRECT_URL: DATABASE_URL }, /^DATABASE_DIRECT_URL .* without DATABASE_URL/],
    [{ OPS_PORT: '3000' }, /^OPS_PORT must be another port than PORT \(3000\)/],
    [{ SECRET_KEYS }, /^SECRET_KEYS .* without DATABASE_URL/],
    [{ ISSUER: 'http://localhost:3000', BASE_PATH: '/crm' }, /^ISSUER must have the path of BASE_PATH, which is \/crm/],
    [
      { ISSUER: 'https://example.com/x/crm', BASE_PATH: '/crm' },
      /^ISSUER must have the path of BASE_PATH, which is \/crm/,
    ],
    [{ ISSUER: 'https://example.com/crm' }, /^ISSUER must have the path of BASE_PATH, which is not set/],
    [{ ...PRODUCTION, ISSUER: 'http://id.example.com' }, /^ISSUER must be https in production/],
    [{ ...PRODUCTION, FRONTEND_URL: 'http://crm.example.com' }, /^FRONTEND_URL must be https in production/],
    [{ ...PRODUCTION, ISSUER: 'http://localhost.example.com' }, /^ISSUER must be https in production/],
    [{ ...PRODUCTION, BOOTSTRAP_ADMIN_PASSWORD: 'x' }, /^BOOTSTRAP_ADMIN_EMAIL is required with/],
    [MAILJET, /^MAIL_FROM_EMAIL is required with MAIL_TRANSPORT=mailjet/],
    [
      { ...MAILJET, MAIL_FROM_EMAIL: 'crm@example.com', MAILJET_API_KEY: '' },
      /^MAILJET_API_KEY is required with MAIL_TRANSPORT=mailjet/,
    ],
    [
      { ...MAILJET, MAIL_FROM_EMAIL: 'crm@example.com', MAILJET_API_SECRET: '' },
      /^MAILJET_API_SECRET is required with MAIL_TRANSPORT=mailjet/,
    ],
  ]
  for (const [env, line] of cases) {
    const lines = mistakes(env)
    t.equal(lines.length, 1, lines.join(' | '))
    t.match(lines[0], line)
  }
  t.strictSame(mistakes({ ISSUER: 'https://example.com/crm/', BASE_PATH: '/crm' }), [])
  const { pool } = loadConfig({ DATABASE_POOL_SIZE: '3', DATABASE_PREPARED_STATEMENTS: 'off' })
  t.strictSame(pool, { size: 3, preparedStatements: false }, 'they hold for the embedded database, too')
  t.strictSame(mistakes({ ...PRODUCTION, ISSUER: 'http://localhost:3000' }), [], 'this machine needs no https')
})

t.test('without any setting it is a development service on this machine', async (t) => {
  const config = loadConfig({})
  t.match(config, {
    production: false,
    logLevel: 'warn',
    tracing: false,
    databaseWait: 60,
    database: undefined,
    pool: { size: 10, preparedStatements: true },
    dataDir: fileURLToPath(new URL('../.data', import.meta.url)),
    http: {
      host: 'localhost',
      port: 3000,
      basePath: '',
      corsOrigins: ['http://localhost:3001'],
      trustProxy: false,
      secureCookies: false,
      requestsPerMinute: 1200,
      opsPort: undefined,
      metrics: true,
      docs: true,
      shutdownDelay: 0,
    },
    token: { issuer: 'http://localhost:3000', audience: 'omnicrm' },
    signingKeyRotationDays: 90,
    auditRetentionDays: undefined,
    frontendUrl: 'http://localhost:3001',
    uiMode: 'crm',
    accountEnumeration: 'reveal',
    securityNotices: 'all',
    rememberMe: true,
    totpTolerance: 1,
    mail: {
      transport: { kind: 'file', folder: fileURLToPath(new URL('../.data/mail', import.meta.url)) },
      from: { email: 'no-reply@example.com', name: 'OmniCRM' },
      support: { email: undefined, phone: undefined },
      templates: {},
    },
    passwordHash: { memoryKiB: 19456, passes: 2, parallelism: 1 },
    bootstrapAdmin: { email: 'admin@example.com', password: undefined, locale: 'en' },
  } satisfies Config)
  const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, '']))
  t.strictSame(loadConfig(empty), config, 'an empty setting counts as unset')
})

t.test('what is not set follows from what is', async (t) => {
  const config = loadConfig({
    DATABASE_URL,
    SECRET_KEYS,
    PORT: '8080',
    BASE_PATH: '/crm',
    FRONTEND_URL: 'https://crm.example.com/app/',
  })
  t.equal(config.token.issuer, 'http://localhost:8080/crm')
  t.equal(config.frontendUrl, 'https://crm.example.com/app')
  t.strictSame(config.http.corsOrigins, ['https://crm.example.com'])
  t.match(config.database, { url: DATABASE_URL, migrationUrl: DATABASE_URL, directUrl: DATABASE_URL })
  t.equal(loadConfig({ ISSUER: 'https://id.example.com' }).http.secureCookies, true, 'plain cookies only on localhost')
})

t.test('lists are read entry by entry, in their order', async (t) => {
  const [first, second] = [randomBytes(32), randomBytes(32)]
  const config = loadConfig({
    DATABASE_URL,
    DATABASE_MIGRATION_URL: 'postgresql://owner:secret@db.example.com/omnicrm',
    SECRET_KEYS: ` new:${second.toString('base64')} , old:${first.toString('base64')},`,
    CORS_ORIGINS: 'https://a.example.com, http://localhost:5173',
    TRUST_PROXY: '10.0.0.0/8, loopback, fd00::/8',
  })
  t.strictSame(config.database?.secretKeys, [
    { id: 'new', key: second },
    { id: 'old', key: first },
  ])
  t.strictSame(config.http.corsOrigins, ['https://a.example.com', 'http://localhost:5173'])
  t.strictSame(config.http.trustProxy, ['10.0.0.0/8', 'loopback', 'fd00::/8'])
  t.equal(loadConfig({ TRUST_PROXY: '2' }).http.trustProxy, 2)
  t.equal(config.database?.migrationUrl, 'postgresql://owner:secret@db.example.com/omnicrm')
})

t.test('the first administrator is taken as given', async (t) => {
  const { bootstrapAdmin } = loadConfig({
    ...PRODUCTION,
    BOOTSTRAP_ADMIN_EMAIL: 'Root@Example.com',
    BOOTSTRAP_ADMIN_PASSWORD: ' a password ',
    BOOTSTRAP_ADMIN_LOCALE: 'ar',
  })
  t.strictSame(bootstrapAdmin, { email: 'Root@Example.com', password: ' a password ', locale: 'ar' })
})

t.test('mail goes where the settings say, in the words of the templates file', async (t) => {
  t.strictSame(loadConfig({ MAIL_DIR: '/mails' }).mail.transport, { kind: 'file', folder: '/mails' })
  const { mail } = loadConfig({
    ...PRODUCTION,
    ...MAILJET,
    MAIL_FROM_EMAIL: 'crm@example.com',
    MAIL_FROM_NAME: 'Shop',
    SUPPORT_EMAIL: 'help@example.com',
    SUPPORT_PHONE: '0800',
    MAILJET_HOST: 'api.us.mailjet.com',
    MAIL_TEMPLATES_FILE: templates(
      'api_crmCommunicationUserWelcome: { from_email: a@example.com, from_name: A, template_id: 7, subject: Hello }',
    ),
  })
  t.strictSame(mail, {
    transport: { kind: 'mailjet', apiKey: 'key', apiSecret: 'secret', host: 'api.us.mailjet.com' },
    from: { email: 'crm@example.com', name: 'Shop' },
    support: { email: 'help@example.com', phone: '0800' },
    templates: { welcome: { from_email: 'a@example.com', from_name: 'A', template_id: 7, subject: 'Hello' } },
  })
  t.strictSame(loadConfig({ MAIL_TEMPLATES_FILE: templates('') }).mail.templates, {}, 'an empty file names nothing')
})
