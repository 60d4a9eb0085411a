/**
 * The settings (settings.ts) in, one typed Config out. Every mistake is found in one pass and told in one clear line each;
 * nothing starts on a wrong setting.
 */
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SecretKey } from './config-values.ts'
import type { MailSettings } from './mail/compose.ts'
import type { Locale } from './policy/locales.ts'
import type { NoticeSetting } from './policy/notices.ts'
import { type LogLevel, readValues, type Values } from './settings.ts'

/** How the database is reached, and the keys of what lies in it. */
export interface ServiceDatabase {
  /** The runtime role's connection. */
  url: string
  /** The owner's connection. */
  migrationUrl: string
  /** The runtime role's, without a pooler in between. */
  directUrl: string
  secretKeys: SecretKey[]
}

/** What the service runs on. Durations are seconds unless a name says otherwise. */
export interface Config {
  production: boolean
  logLevel: LogLevel
  /** Traces are sent; the exporter reads the further OTEL_* variables by itself. */
  tracing: boolean
  /** Absent: the embedded database, outside production only. */
  database: ServiceDatabase | undefined
  /** What the service keeps of connections, to whichever database. */
  pool: { size: number; preparedStatements: boolean }
  /** The folder of the embedded database. */
  dataDir: string
  /** How long a start waits for a database that does not answer or is not migrated yet. */
  databaseWait: number
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

/** What `migrate` runs on. */
export interface MigrationConfig extends Pick<Config, 'databaseWait' | 'auditRetentionDays' | 'logLevel'> {
  database: Pick<ServiceDatabase, 'url' | 'migrationUrl'> | undefined
}

const DEFAULT_DATA_DIR = fileURLToPath(new URL('../.data', import.meta.url))

/** Thrown by loadConfig with every mistake, one line each. */
export class ConfigError extends Error {
  readonly lines: string[]
  constructor(lines: string[]) {
    super(lines.join('\n'))
    this.name = 'ConfigError'
    this.lines = lines
  }
}

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
  return {
    production,
    tracing: wantsTraces(values),
    logLevel: logLevel(values),
    database: values.DATABASE_URL === undefined ? undefined : serviceDatabase(values, values.DATABASE_URL),
    pool: {
      size: given(values.DATABASE_POOL_SIZE),
      // A pooler in between may not keep them: the one for whose sake a second address is set.
      preparedStatements: (values.DATABASE_PREPARED_STATEMENTS ?? (values.DATABASE_DIRECT_URL ? 'off' : 'on')) === 'on',
    },
    dataDir: dataDir(values),
    databaseWait: given(values.DATABASE_WAIT),
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
export function loadMigrationConfig(env: Record<string, string | undefined>): MigrationConfig {
  const { values, mistakes } = readValues(Object.fromEntries(MIGRATION_SETTINGS.map((name) => [name, env[name]])))
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  const { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl = url } = values
  return {
    database: url === undefined ? undefined : { url, migrationUrl: given(migrationUrl) },
    databaseWait: given(values.DATABASE_WAIT),
    auditRetentionDays: values.AUDIT_RETENTION,
    logLevel: logLevel(values),
  }
}

function serviceDatabase(values: Values, url: string): ServiceDatabase {
  return {
    url,
    migrationUrl: values.DATABASE_MIGRATION_URL ?? url,
    directUrl: values.DATABASE_DIRECT_URL ?? url,
    secretKeys: given(values.SECRET_KEYS),
  }
}

const logLevel = ({ LOG_LEVEL, NODE_ENV }: Values): LogLevel =>
  LOG_LEVEL ?? (NODE_ENV === 'production' ? 'info' : 'warn')

const dataDir = (values: Values): string => values.DATA_DIR ?? DEFAULT_DATA_DIR

function wantsTraces(values: Values): boolean {
  if (values.OTEL_SDK_DISABLED === 'true') return false
  const endpoint = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT
  return (values.OTEL_TRACES_EXPORTER ?? (endpoint ? 'otlp' : 'none')) === 'otlp'
}

function mailTransport(values: Values): Config['mail']['transport'] {
  if (values.MAIL_TRANSPORT !== 'mailjet') {
    return { kind: 'file', folder: values.MAIL_DIR ?? join(dataDir(values), 'mail') }
  }
  const { MAILJET_API_KEY: apiKey = '', MAILJET_API_SECRET: apiSecret = '', MAILJET_HOST: host } = values
  return { kind: 'mailjet', apiKey, apiSecret, host: given(host) }
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
  if (!values.DATABASE_URL && !wrong.has('DATABASE_URL') && !production) {
    for (const name of ['DATABASE_MIGRATION_URL', 'DATABASE_DIRECT_URL', 'SECRET_KEYS'] as const) {
      if (values[name]) found.push(`${name} is of no use without DATABASE_URL; set both or neither`)
    }
  }
  if (production && values.BOOTSTRAP_ADMIN_PASSWORD) {
    required('BOOTSTRAP_ADMIN_EMAIL', 'is required with BOOTSTRAP_ADMIN_PASSWORD in production')
  }
  if (values.OPS_PORT !== undefined && values.OPS_PORT === values.PORT) {
    found.push(`OPS_PORT must be another port than PORT (${values.PORT})`)
  }
  // Else the cookie's path and the addresses that the service tells of itself would miss it.
  const { BASE_PATH: basePath = '', ISSUER: issuer } = values
  if (issuer && !wrong.has('BASE_PATH') && pathOf(issuer) !== basePath) {
    const rule = `ISSUER must have the path of BASE_PATH, which is ${basePath || 'not set'}`
    found.push(`${rule}; it is "${issuer}". Proxies in front must pass paths on unchanged`)
  }
  return found
}

const nameOf = (line: string) => line.slice(0, line.indexOf(' '))

/** For settings with a fallback: readValues has filled them in or reported them. */
function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a setting with a fallback has no value')
  return value
}

/** Without its last slash. */
const pathOf = (url: string) => new URL(url).pathname.replace(/\/$/, '')

const isPlainLocal = (url: string) => /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(url)

/** Dual-stack where the machine has IPv6, else IPv4. */
function allAddresses(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  return addresses.some((entry) => entry.family === 'IPv6') ? '::' : '0.0.0.0'
}
