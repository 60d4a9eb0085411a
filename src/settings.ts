/** Every environment variable that the service reads: how its text is read, and what the documentation says of it. */
import { resolve } from 'node:path'
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
  secretKeyRing,
  text,
} from './config-values.ts'
import { LOCALES } from './policy/locales.ts'
import { NOTICE_SETTINGS } from './policy/notices.ts'

interface Setting<T> {
  /** Used when the variable is unset or empty; parsed like a given value. */
  fallback?: string
  /** The fallback in words, where it depends on other settings. */
  fallbackText?: string
  about: string
  /** Throws a Mistake that ends the sentence "NAME …". */
  parse: (text: string) => T
}

const ON_OFF = ['on', 'off'] as const

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

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
    fallbackText: 'the embedded database has its own; required with `DATABASE_URL`',
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
    about: 'the `iss` of access tokens and the base URL under which callers reach the service; its path is `BASE_PATH`',
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

/** What was read; undefined what is unset and has no fallback, or is wrong. */
export type Values = { [Name in keyof typeof settings]: ReturnType<(typeof settings)[Name]['parse']> | undefined }

/**
 * Reads each setting by itself.
 * @returns what was read, and a line for each mistake that begins with the setting's name.
 */
export function readValues(env: Record<string, string | undefined>): { values: Values; mistakes: string[] } {
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
