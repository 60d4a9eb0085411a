/**
 * The settings: environment variables in, one typed Config out. The only reader of process.env.
 * Every mistake is found in one pass and told in one clear line each; nothing starts on a wrong setting.
 */
import { networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  baseUrl,
  emailAddress,
  httpUrl,
  integer,
  Mistake,
  mailTemplates,
  oneOf,
  origins,
  pathPrefix,
  postgresUrl,
  proxies,
  type SecretKey,
  secretKeyRing,
  text,
} from './config-values.ts'
import type { MailSettings } from './mail/compose.ts'
import { LOCALES, type Locale } from './policy/locales.ts'
import { NOTICE_SETTINGS, type NoticeSetting } from './policy/notices.ts'

/** What the service runs on. Durations are seconds unless a name says otherwise. */
export interface Config {
  production: boolean
  logLevel: LogLevel
  /** Traces are sent; the exporter reads the further OTEL_* variables by itself. */
  tracing: boolean
  /** Absent: the embedded database, outside production only. */
  database:
    | { url: string; migrationUrl: string; directUrl: string; poolSize: number; preparedStatements: boolean }
    | undefined
  /** Where the embedded database lies. Absent: `.data/` beside the code. */
  dataDir: string | undefined
  /** How long a start waits for a database that does not answer or is not migrated yet. */
  databaseWait: number
  /** Absent: made up, together with the embedded database. */
  secretKeys: SecretKey[] | undefined
  http: {
    host: string
    port: number
    basePath: string
    corsOrigins: string[]
    trustProxy: string[] | number | false
    /** Off only for plain http on this machine, outside production. */
    secureCookies: boolean
    requestsPerMinute: number
    /** A second port for metrics and health. Absent: everything is on the one port. */
    opsPort: number | undefined
    metrics: boolean
    docs: boolean
    /** Between telling that no more traffic is wanted and taking none. */
    shutdownDelay: number
  }
  token: { issuer: string; audience: string }
  /** Days after which the signing key is replaced by itself; 0 never. */
  signingKeyRotationDays: number
  /** Days. Absent: the log of events is kept for ever. */
  auditRetentionDays: number | undefined
  frontendUrl: string
  uiMode: 'crm' | 'cbc'
  /** `conceal`: the answer to "forgot my password" does not tell whether the account exists. */
  accountEnumeration: 'reveal' | 'conceal'
  securityNotices: NoticeSetting
  /** Off: a sign-in that asks to be remembered gets a session like any other. */
  rememberMe: boolean
  /** Steps of 30 seconds to either side of the current one whose TOTP codes are taken. */
  totpTolerance: number
  mail: MailSettings & {
    transport: { kind: 'file'; folder: string } | { kind: 'mailjet'; apiKey: string; apiSecret: string; host: string }
  }
  passwordHash: { memoryKiB: number; passes: number; parallelism: number }
  bootstrapAdmin: { email: string; password: string | undefined; locale: Locale }
}

export type LogLevel = (typeof LOG_LEVELS)[number]

/** Thrown by loadConfig with every mistake, one line each. */
export class ConfigError extends Error {
  readonly lines: string[]
  constructor(lines: string[]) {
    super(lines.join('\n'))
    this.name = 'ConfigError'
    this.lines = lines
  }
}

interface Setting<T> {
  /** Used when the variable is unset or empty; parsed like a given value. */
  fallback?: string
  /** The fallback in words, where it depends on other settings. */
  fallbackText?: string
  about: string
  /** Throws a Mistake that ends the sentence "NAME …". */
  parse: (text: string) => T
}

const DEFAULT_DATA_DIR = fileURLToPath(new URL('../.data', import.meta.url))

const ON_OFF = ['on', 'off'] as const

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const setting = <T>(entry: Setting<T>) => entry

/** Every variable, in the order in which the documentation lists them. */
export const settings = {
  NODE_ENV: setting({
    fallback: 'development',
    about: '`production` switches every convenience off and makes the marked settings required',
    parse: oneOf(['development', 'test', 'production']),
  }),
  DATABASE_URL: setting({
    fallbackText: 'an embedded PostgreSQL in `.data/`; required in production',
    about: "the runtime role's connection, `postgres://user:password@host:5432/database` (PostgreSQL 15 or newer)",
    parse: postgresUrl,
  }),
  DATABASE_MIGRATION_URL: setting({
    fallbackText: '`DATABASE_URL`',
    about: "the owner's connection, used by `migrate` only",
    parse: postgresUrl,
  }),
  DATABASE_DIRECT_URL: setting({
    fallbackText: '`DATABASE_URL`',
    about: "the runtime role's connection without a pooler in between",
    parse: postgresUrl,
  }),
  DATABASE_POOL_SIZE: setting({
    fallback: '10',
    about: 'connections that one replica keeps at most',
    parse: integer(2, 200),
  }),
  DATABASE_PREPARED_STATEMENTS: setting({
    fallbackText: '`off` with `DATABASE_DIRECT_URL`, else `on`',
    about:
      'keeps the statements of sign-in, refresh and look-ups prepared; with a pooler in transaction mode only where that keeps them for its clients (PgBouncer 1.21 and newer with `max_prepared_statements`)',
    parse: oneOf(ON_OFF),
  }),
  DATABASE_WAIT: setting({
    fallback: '60',
    about: 'seconds that a start (and `migrate`) waits for a database that does not answer or is not migrated yet',
    parse: integer(0, 3600),
  }),
  DATA_DIR: setting({
    fallbackText: '`.data/` beside the code',
    about: 'the folder of the embedded database and its secrets, and of mails with the file transport',
    parse: (value) => resolve(value),
  }),
  PORT: setting({ fallback: '3000', about: 'the port to listen on', parse: integer(1, 65535) }),
  HOST: setting({
    fallbackText: 'localhost; in production all addresses',
    about: 'the address to listen on',
    parse: text,
  }),
  OPS_PORT: setting({
    fallbackText: 'none',
    about: 'a second port: `/metrics` is served there instead, and `/health/*` there too',
    parse: integer(1, 65535),
  }),
  METRICS: setting({ fallback: 'on', about: '`off`: no `/metrics`', parse: oneOf(ON_OFF) }),
  DOCS: setting({
    fallbackText: '`off` in production, else `on`',
    about: '`on` serves `/docs`, `/openapi.json` and `/openapi.yaml`',
    parse: oneOf(ON_OFF),
  }),
  SHUTDOWN_DELAY: setting({
    fallbackText: '5 in production, else 0',
    about:
      'seconds that a service which was told to stop goes on taking requests while `/health/ready` says no, so that balancers notice',
    parse: integer(0, 300),
  }),
  SECRET_KEYS: setting({
    fallbackText: 'made up together with the embedded database; required with `DATABASE_URL`',
    about: 'the key ring `id:base64,…`: 32 bytes each, the first is primary',
    parse: secretKeyRing,
  }),
  SIGNING_KEY_ROTATION_DAYS: setting({
    fallback: '90',
    about: 'days after which the key that signs access tokens is replaced by itself; 0 leaves it to `cli keys rotate`',
    parse: integer(0, 3650),
  }),
  AUDIT_RETENTION: setting({
    fallbackText: 'the log is kept for ever',
    about: 'days after which audit events are dropped, in whole months; `migrate` must run with the same value',
    parse: integer(30, 36_500),
  }),
  ISSUER: setting({
    fallbackText: '`http://localhost:{PORT}{BASE_PATH}`; required in production',
    about: 'the `iss` of access tokens and the base URL under which callers reach the service',
    parse: baseUrl,
  }),
  AUDIENCE: setting({ fallback: 'omnicrm', about: 'the `aud` of access tokens', parse: text }),
  FRONTEND_URL: setting({
    fallbackText: '`http://localhost:3001`; required in production',
    about: 'where links in mails lead',
    parse: baseUrl,
  }),
  BASE_PATH: setting({
    fallbackText: 'none',
    about: 'a prefix for every path except `/health/*` and `/metrics`, like `/crm`',
    parse: pathPrefix,
  }),
  CORS_ORIGINS: setting({
    fallbackText: 'the origin of `FRONTEND_URL`',
    about: 'exact origins of browser front ends, separated by commas',
    parse: origins,
  }),
  TRUST_PROXY: setting({
    fallbackText: 'none',
    about:
      'the number of reverse proxies in front, or their addresses and networks; forwarded addresses count only from these',
    parse: proxies,
  }),
  REQUESTS_PER_MINUTE: setting({
    fallback: '1200',
    about:
      'requests that one source address (IPv6: one /64) may make in a minute without proving who asks, and one signed-in user, on one replica; right API keys are not counted; 0 switches this guard off',
    parse: integer(0, 1_000_000),
  }),
  SECURITY_NOTICES: setting({
    fallback: 'all',
    about:
      'which mails tell users about their own account: `all`, `changes` (none about sign-ins from new devices), or `off`; a changed password or address is always told',
    parse: oneOf(NOTICE_SETTINGS),
  }),
  UI_MODE: setting({
    fallback: 'crm',
    about: '`cbc` lands staff on the cell-broadcast screen after sign-in',
    parse: oneOf(['crm', 'cbc']),
  }),
  ACCOUNT_ENUMERATION: setting({
    fallback: 'reveal',
    about: '`conceal` makes "forgot my password" answer alike whether the account exists or not',
    parse: oneOf(['reveal', 'conceal']),
  }),
  REMEMBER_ME: setting({
    fallback: 'on',
    about: '`off` gives sign-ins with `remember_me` the same session as others, of 24 hours at most',
    parse: oneOf(ON_OFF),
  }),
  TOTP_TOLERANCE: setting({
    fallback: '1',
    about:
      '30-second steps before and after the current one whose codes are taken; with 0 the clocks of telephones must be right to the seconds that typing leaves',
    parse: integer(0, 1),
  }),
  MAIL_TRANSPORT: setting({
    fallbackText: '`file` in development; required in production',
    about: '`mailjet`, or `file` (one JSON a mail)',
    parse: oneOf(['mailjet', 'file']),
  }),
  MAIL_DIR: setting({ fallbackText: '`{DATA_DIR}/mail`', about: 'where the file transport writes', parse: text }),
  MAILJET_API_KEY: setting({ fallbackText: 'required with `mailjet`', about: "Mailjet's API key", parse: text }),
  MAILJET_API_SECRET: setting({ fallbackText: 'required with `mailjet`', about: "Mailjet's API secret", parse: text }),
  MAILJET_HOST: setting({ fallback: 'api.mailjet.com', about: 'a regional host of Mailjet', parse: text }),
  MAIL_FROM_EMAIL: setting({
    fallbackText: '`no-reply@example.com` with `file`; required with `mailjet`',
    about: 'the sender of mails',
    parse: emailAddress,
  }),
  MAIL_FROM_NAME: setting({ fallback: 'OmniCRM', about: "the sender's name", parse: text }),
  SUPPORT_EMAIL: setting({ fallbackText: 'none', about: 'shown in mails', parse: emailAddress }),
  SUPPORT_PHONE: setting({ fallbackText: 'none', about: 'shown in mails', parse: text }),
  MAIL_TEMPLATES_FILE: setting({
    fallbackText: 'built-in texts',
    about: 'a YAML file with a Mailjet template, sender or subject for each mail',
    parse: mailTemplates,
  }),
  ARGON2_MEMORY_KIB: setting({
    fallback: '19456',
    about: 'argon2id memory per password hash, in KiB',
    parse: integer(7168, 1_048_576),
  }),
  ARGON2_PASSES: setting({ fallback: '2', about: 'argon2id passes', parse: integer(1, 20) }),
  ARGON2_PARALLELISM: setting({ fallback: '1', about: 'argon2id lanes', parse: integer(1, 16) }),
  BOOTSTRAP_ADMIN_EMAIL: setting({
    fallbackText: '`admin@example.com` in development; none in production',
    about: 'the first administrator, used only while no admin exists',
    parse: emailAddress,
  }),
  BOOTSTRAP_ADMIN_PASSWORD: setting({
    fallbackText: 'in development a one-time password is made and printed',
    about: "the first administrator's password, taken as it is",
    parse: text,
  }),
  BOOTSTRAP_ADMIN_LOCALE: setting({
    fallback: 'en',
    about: "the first administrator's language",
    parse: oneOf(LOCALES),
  }),
  LOG_LEVEL: setting({
    fallbackText: '`info` in production, else `warn`',
    about: `one of ${LOG_LEVELS.join(', ')}`,
    parse: oneOf(LOG_LEVELS),
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting({
    fallbackText: 'none: no traces',
    about:
      'where traces are sent, like `http://collector:4318`; the further variables of OpenTelemetry for the exporter, the sampler, the batches and the resource count too',
    parse: httpUrl,
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting({
    fallbackText: 'none',
    about: 'the same with its path, like `http://collector:4318/v1/traces`',
    parse: httpUrl,
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: setting({
    fallback: 'http/protobuf',
    about: 'the one protocol that the service speaks',
    parse: oneOf(['http/protobuf']),
  }),
  OTEL_TRACES_EXPORTER: setting({
    fallbackText: '`otlp` with an endpoint, else `none`',
    about: '`otlp` without an endpoint sends to `http://localhost:4318`',
    parse: oneOf(['otlp', 'none']),
  }),
  OTEL_SDK_DISABLED: setting({
    fallback: 'false',
    about: '`true`: no traces, whatever else is set',
    parse: oneOf(['true', 'false']),
  }),
} satisfies Record<string, Setting<unknown>>

type Values = { [Name in keyof typeof settings]: ReturnType<(typeof settings)[Name]['parse']> | undefined }

/**
 * Reads and judges all settings at once.
 * @throws ConfigError naming every mistake, one line each.
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const { values, mistakes } = readValues(env)
  const production = values.NODE_ENV === 'production'
  mistakes.push(...contradictions(values, production, new Set(mistakes.map(nameOf))))
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return toConfig(values)
}

function toConfig(values: Values): Config {
  const production = values.NODE_ENV === 'production'
  const port = given(values.PORT)
  const basePath = values.BASE_PATH ?? ''
  const issuer = values.ISSUER ?? `http://localhost:${port}${basePath}`
  const frontendUrl = values.FRONTEND_URL ?? 'http://localhost:3001'
  const url = values.DATABASE_URL
  return {
    production,
    tracing: wantsTraces(values),
    logLevel: values.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    database: url
      ? {
          url,
          migrationUrl: values.DATABASE_MIGRATION_URL ?? url,
          directUrl: values.DATABASE_DIRECT_URL ?? url,
          poolSize: given(values.DATABASE_POOL_SIZE),
          // A pooler in between may not keep them: the one for whose sake a second address is set.
          preparedStatements:
            (values.DATABASE_PREPARED_STATEMENTS ?? (values.DATABASE_DIRECT_URL ? 'off' : 'on')) === 'on',
        }
      : undefined,
    dataDir: values.DATA_DIR,
    databaseWait: given(values.DATABASE_WAIT),
    secretKeys: values.SECRET_KEYS,
    http: {
      host: values.HOST ?? (production ? allAddresses() : 'localhost'),
      port,
      basePath,
      corsOrigins: values.CORS_ORIGINS ?? [new URL(frontendUrl).origin],
      trustProxy: values.TRUST_PROXY ?? false,
      secureCookies: production || !isPlainLocal(issuer),
      requestsPerMinute: given(values.REQUESTS_PER_MINUTE),
      opsPort: values.OPS_PORT,
      metrics: values.METRICS === 'on',
      docs: (values.DOCS ?? (production ? 'off' : 'on')) === 'on',
      shutdownDelay: values.SHUTDOWN_DELAY ?? (production ? 5 : 0),
    },
    token: { issuer, audience: given(values.AUDIENCE) },
    signingKeyRotationDays: given(values.SIGNING_KEY_ROTATION_DAYS),
    auditRetentionDays: values.AUDIT_RETENTION,
    frontendUrl,
    uiMode: given(values.UI_MODE),
    accountEnumeration: given(values.ACCOUNT_ENUMERATION),
    securityNotices: given(values.SECURITY_NOTICES),
    rememberMe: values.REMEMBER_ME === 'on',
    totpTolerance: given(values.TOTP_TOLERANCE),
    mail: {
      transport: mailTransport(values),
      from: { email: values.MAIL_FROM_EMAIL ?? 'no-reply@example.com', name: given(values.MAIL_FROM_NAME) },
      support: { email: values.SUPPORT_EMAIL, phone: values.SUPPORT_PHONE },
      templates: values.MAIL_TEMPLATES_FILE ?? {},
    },
    passwordHash: {
      memoryKiB: given(values.ARGON2_MEMORY_KIB),
      passes: given(values.ARGON2_PASSES),
      parallelism: given(values.ARGON2_PARALLELISM),
    },
    bootstrapAdmin: {
      email: values.BOOTSTRAP_ADMIN_EMAIL ?? (production ? '' : 'admin@example.com'),
      password: values.BOOTSTRAP_ADMIN_PASSWORD,
      locale: given(values.BOOTSTRAP_ADMIN_LOCALE),
    },
  }
}

/** All that `migrate` reads. */
const MIGRATION_SETTINGS = [
  'NODE_ENV',
  'DATABASE_URL',
  'DATABASE_MIGRATION_URL',
  'DATABASE_WAIT',
  'AUDIT_RETENTION',
  'LOG_LEVEL',
] as const

/**
 * What `migrate` runs on. The service's other settings are not asked for: whoever migrates needs none of its secrets.
 * @throws ConfigError naming every mistake, one line each.
 */
export function loadMigrationConfig(
  env: Record<string, string | undefined>,
): Pick<Config, 'database' | 'databaseWait' | 'auditRetentionDays' | 'logLevel'> {
  const { values, mistakes } = readValues(Object.fromEntries(MIGRATION_SETTINGS.map((name) => [name, env[name]])))
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return toConfig(values)
}

function wantsTraces(values: Values): boolean {
  if (values.OTEL_SDK_DISABLED === 'true') return false
  const endpoint = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT
  return (values.OTEL_TRACES_EXPORTER ?? (endpoint ? 'otlp' : 'none')) === 'otlp'
}

function mailTransport(values: Values): Config['mail']['transport'] {
  if (values.MAIL_TRANSPORT !== 'mailjet') {
    return { kind: 'file', folder: values.MAIL_DIR ?? join(values.DATA_DIR ?? DEFAULT_DATA_DIR, 'mail') }
  }
  const { MAILJET_API_KEY: apiKey = '', MAILJET_API_SECRET: apiSecret = '', MAILJET_HOST: host } = values
  return { kind: 'mailjet', apiKey, apiSecret, host: given(host) }
}

function readValues(env: Record<string, string | undefined>): { values: Values; mistakes: string[] } {
  const values: Record<string, unknown> = {}
  const mistakes: string[] = []
  for (const [name, entry] of Object.entries<Setting<unknown>>(settings)) {
    const source = env[name] || entry.fallback
    if (source === undefined) continue
    try {
      values[name] = entry.parse(source)
    } catch (error) {
      if (!(error instanceof Mistake)) throw error
      mistakes.push(`${name} ${error.message}`)
    }
  }
  return { values: values as Values, mistakes }
}

/** What each setting alone cannot tell. Skips settings that are already known to be wrong. */
function contradictions(values: Values, production: boolean, wrong: Set<string>): string[] {
  const found: string[] = []
  const required = (name: keyof Values, remedy: string) => {
    if (values[name] === undefined && !wrong.has(name)) found.push(`${name} ${remedy}`)
  }
  if (production) {
    required('DATABASE_URL', 'is required in production, like postgres://user:password@host:5432/database')
    required('ISSUER', 'is required in production, like https://crm.example.com')
    required('FRONTEND_URL', 'is required in production, like https://crm.example.com')
    required('MAIL_TRANSPORT', 'is required in production: mailjet, or file if you wish')
    for (const name of ['ISSUER', 'FRONTEND_URL'] as const) {
      const url = values[name]
      if (url?.startsWith('http:') && !isPlainLocal(url))
        found.push(`${name} must be https in production; it is "${url}"`)
    }
  }
  if (values.DATABASE_URL || production) {
    required(
      'SECRET_KEYS',
      'is required with a database of your own, like k1:BASE64; make one with: openssl rand -base64 32',
    )
  }
  if (values.MAIL_TRANSPORT === 'mailjet') {
    for (const name of ['MAILJET_API_KEY', 'MAILJET_API_SECRET', 'MAIL_FROM_EMAIL'] as const) {
      required(name, 'is required with MAIL_TRANSPORT=mailjet')
    }
  }
  for (const name of ['DATABASE_MIGRATION_URL', 'DATABASE_DIRECT_URL'] as const) {
    if (values[name] && !values.DATABASE_URL && !wrong.has('DATABASE_URL') && !production) {
      found.push(`${name} is of no use without DATABASE_URL; set both or neither`)
    }
  }
  if (production && values.BOOTSTRAP_ADMIN_PASSWORD) {
    required('BOOTSTRAP_ADMIN_EMAIL', 'is required with BOOTSTRAP_ADMIN_PASSWORD in production')
  }
  if (values.OPS_PORT !== undefined && values.OPS_PORT === values.PORT) {
    found.push(`OPS_PORT must be another port than PORT (${values.PORT})`)
  }
  if (values.ISSUER && values.BASE_PATH && !values.ISSUER.endsWith(values.BASE_PATH)) {
    found.push(`ISSUER must end with BASE_PATH (${values.BASE_PATH}); it is "${values.ISSUER}"`)
  }
  return found
}

const nameOf = (line: string) => line.slice(0, line.indexOf(' '))

/** For settings with a fallback: readValues has filled them in or reported them. */
function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a setting with a fallback has no value')
  return value
}

const isPlainLocal = (url: string) => /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(url)

/** Dual-stack where the machine has IPv6, else IPv4. */
function allAddresses(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  return addresses.some((entry) => entry.family === 'IPv6') ? '::' : '0.0.0.0'
}
