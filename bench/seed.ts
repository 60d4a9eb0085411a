/**
 * Fills an empty, migrated database with rows of the real shape, in bulk: without triggers and foreign keys, and with the
 * indexes made afterwards, as a restore would. The numbers decide which user owns what, so the same sizes give the same
 * rows.
 */
import type pg from 'pg'

export interface Sizes {
  users: number
  sessions: number
  /** Spread over a year, a partition for each month. */
  events: number
  /** Of these, the last so many have not been sealed yet. */
  unsealed?: number
}

export interface SeedValues {
  /** Every user's. */
  passwordHash: string
  /** The secret key that sealed values and tokens name. */
  keyId: string
  now: Date
}

/** Of the tables that hold little at a time. */
const FEWEST = 10_000
const DAYS = 360

/** In SQL, from a row's number: which user it is about, so that neighbours are strangers. */
const someUser = (users: number) => `1 + (hashint8extended(n, 7) & 9007199254740991) % ${users}`
/** A number below the bound that looks random. */
const some = (bound: number, salt: number) => `((hashint8extended(n, ${salt}) & 9007199254740991) % ${bound})`

const sessionId = (n: number | string) => `md5('session' || ${n})::uuid`

const AGENT = `'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/13' || n % 9 || '.0.0.0 Safari/537.36'`

/** @returns the seconds that each table took, its indexes among them. */
export async function seed(client: pg.Client, sizes: Sizes, values: SeedValues): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {}
  const now = `timestamptz '${values.now.toISOString()}'`
  await client.query(`set session_replication_role = replica; set maintenance_work_mem = '512MB'; set timezone = 'UTC'`)
  for (let day = -DAYS; day < 31; day += 28)
    await client.query(`select ensure_event_partition((${now} + '${day} days')::date)`)
  for (const [table, statement] of Object.entries(statements(sizes, values, now))) {
    const start = performance.now()
    const indexes = await dropIndexes(client, table)
    await client.query(statement)
    for (const index of indexes) await client.query(index)
    seconds[table] = Math.round(performance.now() - start) / 1000
  }
  const start = performance.now()
  for (const [table, column] of [
    ['users', 'id'],
    ['events', 'id'],
  ]) {
    await client.query(
      `select setval(pg_get_serial_sequence('${table}', '${column}'), (select max(${column}) from ${table}))`,
    )
  }
  await client.query('vacuum analyze')
  await client.query('reset session_replication_role')
  seconds['vacuum analyze'] = Math.round(performance.now() - start) / 1000
  return seconds
}

function statements(sizes: Sizes, { passwordHash, keyId }: SeedValues, now: string): Record<string, string> {
  const { users, sessions, events, unsealed = 0 } = sizes
  const few = (share: number) => Math.max(FEWEST, Math.round(users / share))
  const rows = (count: number) => `generate_series(1::bigint, ${count}) n`
  const eventAt = `${now} - (${events} - n) * (interval '${DAYS} days' / ${events})`
  return {
    // One in fifty has a second factor, one in ten has never signed in, one in a thousand is inactive.
    users: `
      insert into users (id, email, email_key, first_name, last_name, phone, locale, active, password_hash, password_state,
        totp_secret, login_count, last_login_at, created_at)
      select n, 'person' || n || '@example.com', 'person' || n || '@example.com', 'Given' || n % 1000, 'Family' || n % 100,
        '+44 20 ' || lpad(n::text, 8, '0'), (array['en', 'fr', 'es', 'ar'])[1 + n % 4], n % 1000 <> 0, '${passwordHash}', 'set',
        case when n % 50 = 0 then 'v1.${keyId}.' || repeat(md5(n::text), 5) end,
        case when n % 10 = 0 then 0 else n % 90 + 1 end,
        case when n % 10 <> 0 then ${now} - (n % 600) * interval '1 day' - n * interval '1 millisecond' end,
        ${now} - interval '5 years' + n * (interval '4 years' / ${users})
      from ${rows(users)}`,
    user_roles: `
      insert into user_roles
      select n, case when n % 100 = 0 then 'customer_service_agent_1' else 'customer' end from ${rows(users)}`,
    deleted_users: `insert into deleted_users select ${users} + n from ${rows(FEWEST)}`,
    backup_codes: `
      insert into backup_codes
      select n * 50, sha256((n || '.' || code)::bytea), false
      from ${rows(Math.floor(users / 50))}, generate_series(1, 8) code`,
    known_devices: `
      insert into known_devices
      select md5('device' || n)::uuid, 1 + (n - 1) % ${users}, ${AGENT}, '10.' || n % 256 || '.' || n % 251 || '.' || n % 241,
        ${now} - interval '170 days', ${now} - ${some(170 * 86_400, 1)} * interval '1 second'
      from ${rows(users * 2)}`,
    // Four in five for thirty days, the others used within the last fifty minutes; all stand.
    sessions: `
      insert into sessions (id, user_id, generation, rotated_at, token_key_id, auth_time, factors, remember_me,
        token_delivery, ip, user_agent, created_at, last_used_at, expires_at, absolute_limit_at)
      select ${sessionId('n')}, 1 + (n - 1) % ${users}, 1 + n % 50, used, '${keyId}', made, '{pwd}', remembered,
        'both', ('10.' || n % 256 || '.' || n % 251 || '.' || n % 241)::inet, ${AGENT}, made, used,
        case when remembered then made + interval '30 days' else used + interval '1 hour' end,
        made + case when remembered then interval '30 days' else interval '1 day' end
      from ${rows(sessions)},
        lateral (select n % 5 <> 0 as remembered) kind,
        lateral (select ${now} - case when remembered then ${some(28 * 86_400, 2)} else 60 + ${some(3_000, 3)} end * interval '1 second' as made) born,
        lateral (select made + (${now} - interval '1 minute' - made) * (${some(1000, 4)} / 1000.0) as used) busy`,
    steps: `
      insert into steps (id, user_id, kind, credentials_version, token_key_id, auth_time, factors, remember_me, token_delivery,
        created_at, expires_at)
      select md5('step' || n)::uuid, ${someUser(users)}, 'two_factor', 1, '${keyId}', ${now}, '{pwd}', false, 'both', ${now},
        ${now} + (1 + ${some(600, 5)}) * interval '1 second'
      from ${rows(few(200))}`,
    links: `
      insert into links (id, user_id, kind, token_key_id, created_at, expires_at)
      select md5('link' || n)::uuid, ${someUser(users)}, case when n % 3 = 0 then 'welcome' else 'password_reset' end, '${keyId}',
        ${now}, ${now} + (1 + ${some(3600, 6)}) * interval '1 second'
      from ${rows(few(50))}`,
    mails: `
      insert into mails (id, kind, user_id, recipient, locale, state, attempts, last_error, created_at, finished_at)
      select md5('mail' || n)::uuid, 'new_device', ${someUser(users)}, 'person' || n || '@example.com', 'en',
        case when n % 500 = 0 then 'failed' when n % 501 = 0 then 'queued' else 'sent' end, 1,
        case when n % 500 = 0 then 'refused' end, made, case when n % 501 <> 0 or n % 500 = 0 then made end
      from ${rows(few(5))}, lateral (select ${now} - ${some(7 * 86_400 - 60, 8)} * interval '1 second' as made) born`,
    // Half about users, most of them with few failures; half about addresses that nobody has.
    attempts: `
      insert into attempts (key, failures, in_a_row, last_failure_at, recent_until, blocked_until, forget_at, user_id)
      select sha256(('attempt' || n)::bytea), 1 + n % 5, 1 + n % 9, failed, failed + interval '1 day',
        case when n % 100 = 0 then ${now} + interval '1 hour' end,
        case when n % 2 = 0 then failed + interval '1 year' end, case when n % 2 <> 0 or n % 100 = 0 then ${someUser(users)} end
      from ${rows(few(10))}, lateral (select ${now} - ${some(86_400, 9)} * interval '1 second' as failed) then_`,
    events: `
      insert into events (id, at, type, outcome, actor_kind, actor_id, subject_id, session_id, ip, user_agent, request_id, details)
      overriding system value
      select n, ${eventAt}, kind.type, case when kind.type = 'sign_in' and n % 5 = 0 then 'failure' else 'success' end,
        case when kind.type = 'sign_in' and n % 5 = 0 then 'anonymous' else 'user' end,
        case when kind.type = 'sign_in' and n % 5 = 0 then null else who::text end, who, md5('of' || n)::uuid,
        ('10.' || n % 256 || '.' || ${some(251, 10)} || '.' || n % 241)::inet, ${AGENT}, md5('request' || n)::uuid::text,
        case when kind.type = 'sign_in' then '{"factors": ["pwd"], "remember_me": true}' else '{}' end::jsonb
      from ${rows(events)}, lateral (select ${someUser(users)} as who) someone,
        lateral (select (array['sign_in', 'sign_in', 'sign_in', 'sign_in', 'sign_in', 'sign_in', 'session_ended', 'session_ended',
          'sign_out', case when n % 100 = 9 then 'password_changed' when n % 100 = 19 then 'user_edited' else 'sign_in' end])[1 + n % 10] as type) kind`,
    event_seals: `
      insert into event_seals (position, event_id, event_at, digest, revokes)
      select n, n, ${eventAt}, sha256(n::text::bytea), n % 10 in (6, 7, 8) from ${rows(events - unsealed)}`,
    unsealed_events: `
      insert into unsealed_events select n, ${eventAt} from generate_series(${events - unsealed + 1}::bigint, ${events}) n`,
  }
}

/** Those of constraints stay. @returns the statements that make the others again. */
async function dropIndexes(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = $1::regclass and not indisprimary and not indisunique`,
    [table],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition.replace(' ON ONLY ', ' ON '))
}
