/** better-auth on PostgreSQL, with the service's password hashes (argon2id, same parameters) and its TOTP plugin. */
import { createServer } from 'node:http'
import { hash, verify } from '@node-rs/argon2'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { twoFactor } from 'better-auth/plugins'
import pg from 'pg'

const { DATABASE_URL, PORT, PASSWORD: password, USERS } = process.env
const argon2id = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
const options = {
  database: pool,
  baseURL: `http://127.0.0.1:${PORT}`,
  secret: 'bench-bench-bench-bench-bench-bench',
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  logger: { level: 'error' },
  emailAndPassword: {
    enabled: true,
    password: {
      hash: (plain) => hash(plain, argon2id),
      verify: ({ hash: stored, password: plain }) => verify(stored, plain),
    },
  },
  plugins: [twoFactor()],
}
const auth = betterAuth(options)
if (USERS) await prepare()
createServer(toNodeHandler(auth)).listen(Number(PORT), '127.0.0.1')

/** The tables, and one user through the front door whose rows are copied: with a second factor for the second half. */
async function prepare() {
  await (await getMigrations(options)).runMigrations()
  const { headers } = await auth.api.signUpEmail({
    body: { email: 'user0@bench.test', password, name: 'Bench' },
    returnHeaders: true,
  })
  const cookie = headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { totpURI } = await auth.api.enableTwoFactor({ body: { password }, headers: new Headers({ cookie }) })
  await pool.query(`create table bench as select '${new URL(totpURI).searchParams.get('secret')}' as totp_secret`)
  await pool.query('update "twoFactor" set verified = true')
  const copies = 'from generate_series(1, $1::int) n'
  const ofFirst = `where u.email = 'user0@bench.test'`
  await pool.query(
    `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", "twoFactorEnabled")
     select 'copy' || n, 'Bench', 'user' || n || '@bench.test', true, now(), now(), n > $1::int / 2 ${copies}`,
    [USERS],
  )
  await pool.query(
    `insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
     select 'copy' || n, 'copy' || n, a."providerId", 'copy' || n, a.password, now(), now() ${copies}, "user" u
     join account a on a."userId" = u.id ${ofFirst}`,
    [USERS],
  )
  const { rows } = await pool.query('select * from "twoFactor" limit 1')
  const { id: _id, userId: _userId, ...rest } = rows[0]
  const names = Object.keys(rest).map((name) => `"${name}"`)
  await pool.query(
    `insert into "twoFactor" (id, "userId", ${names})
     select 'copy' || n, 'copy' || n, ${names.map((name) => `t.${name}`)} ${copies}, "twoFactor" t where t.id = '${rows[0].id}'`,
    [USERS],
  )
}
