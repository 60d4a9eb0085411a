/**
 * What many teams write for themselves: Fastify, bcrypt (cost 10), JWTs, refresh tokens in one table. No audit, no
 * throttles, no reuse detection, no second factor.
 */
import { createHash, randomBytes } from 'node:crypto'
import jwt from '@fastify/jwt'
import { compare, hash } from '@node-rs/bcrypt'
import fastify from 'fastify'
import pg from 'pg'

const DAY = 86_400_000
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
const app = fastify()
await app.register(jwt, { secret: randomBytes(32), sign: { expiresIn: '15m' } })

const hashOf = (token) => createHash('sha256').update(token).digest()

async function tokensFor(user, oldHash) {
  const refreshToken = randomBytes(32).toString('base64url')
  const values = [user.id, hashOf(refreshToken), new Date(Date.now() + 30 * DAY)]
  if (oldHash)
    await pool.query('update refresh_tokens set hash = $2, expires_at = $3 where user_id = $1 and hash = $4', [
      ...values,
      oldHash,
    ])
  else await pool.query('insert into refresh_tokens (user_id, hash, expires_at) values ($1, $2, $3)', values)
  return { access_token: app.jwt.sign({ sub: String(user.id), email: user.email }), refresh_token: refreshToken }
}

app.get('/health', async () => ({ status: 'ok' }))

app.post('/sign-in', async ({ body }, reply) => {
  const { rows } = await pool.query('select id, email, password_hash from users where email = $1', [body.email])
  const [user] = rows
  if (!user || !(await compare(body.password, user.password_hash))) return reply.code(401).send({ error: 'invalid' })
  return tokensFor(user)
})

app.post('/refresh', async ({ body }, reply) => {
  const hash = hashOf(body.refresh_token)
  const { rows } = await pool.query(
    'select users.id, users.email from refresh_tokens t join users on users.id = t.user_id where t.hash = $1 and t.expires_at > now()',
    [hash],
  )
  const [user] = rows
  return user ? tokensFor(user, hash) : reply.code(401).send({ error: 'invalid' })
})

await pool.query(`
  create table if not exists users (id bigserial primary key, email text unique not null, password_hash text not null);
  create table if not exists refresh_tokens (
    id bigserial primary key, user_id bigint not null references users, hash bytea unique not null,
    expires_at timestamptz not null)`)
const { USERS: users, PASSWORD: password } = process.env
if (users) {
  await pool.query(
    "insert into users (email, password_hash) select 'user' || n || '@bench.test', $1 from generate_series(1, $2::int) n on conflict do nothing",
    [await hash(password, 10), users],
  )
}
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
