/**
 * Two replicas whose machines' clocks are a minute apart, half a minute before and after the database's: each takes the
 * other's tokens and codes, and refreshes rotate as if there were one clock.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { generateSync } from 'otplib'
import { freePort } from '../../src/dev/free-port.ts'
import { query, startPostgres } from './debian-postgres.ts'
import {
  ADMIN,
  call,
  migrate,
  productionSettings,
  type Settings,
  startReplica,
  succeed,
  urlsOf,
} from './production-service.ts'
import { run, type SystemCheck } from './system-check.ts'

const SKEW = 30

export const clockSkew: SystemCheck = {
  name: 'clock-skew',
  packages: ['postgresql', 'faketime'],
  async check(ok) {
    const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-skew-'))
    const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
    try {
      const postgres = await startPostgres()
      undo.push(postgres.remove)
      const settings = productionSettings('http://localhost:3000', folder, urlsOf(postgres))
      migrate(settings)
      const env = { PATH: process.env['PATH'], ...settings }
      const bases: string[] = []
      for (const seconds of [-SKEW, SKEW]) {
        const skewed = skewBy(seconds)
        const told = Number(run(process.execPath, ['-p', 'Date.now()'], { env: { ...env, ...skewed } }))
        assert.ok(Math.abs(told - Date.now() - seconds * 1000) < 10_000, `the clock is not ${seconds} s off: ${told}`)
        const replica = await startReplica({ ...settings, ...skewed }, await freePort('127.0.0.1'))
        undo.push(replica.kill)
        bases.push(`http://127.0.0.1:${replica.port}`)
      }
      ok(`two replicas run, ${SKEW} s before and ${SKEW} s after the database's clock`)
      for (const [here, there] of [bases, bases.toReversed()] as [string, string][]) {
        await agree(here, there, () =>
          query(postgres.ownerUrl, 'update users set totp_last_step = null, totp_secret = null'),
        )
        ok('each takes the access tokens, refresh tokens and codes of the other')
      }
    } finally {
      for (const step of undo.reverse()) await step()
    }
  },
}

/** libfaketime in front of the system's clock; time spans stay as they are. */
function skewBy(seconds: number): Settings {
  const { stdout } = spawnSync('dpkg-query', ['-L', 'libfaketime'], { encoding: 'utf8' })
  const library = stdout.split('\n').find((path) => path.endsWith('/libfaketimeMT.so.1'))
  assert.ok(library)
  const offset = `${seconds > 0 ? '+' : '-'}${Math.abs(seconds)}s`
  return { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' }
}

async function agree(here: string, there: string, reset: () => Promise<unknown>): Promise<void> {
  await reset()
  const { access_token: token, refresh_token, user } = await succeed(here, '/auth/login', { body: ADMIN })
  const { iat = 0 } = decodeJwt(token)
  assert.ok(Math.abs(iat - Date.now() / 1000) < 5, `issued at ${iat}`)
  assert.equal((await call(there, 'GET', '/auth/me', { token })).status, 200)

  // Within ten seconds of the sign-in there is nothing to rotate, by either clock.
  const repeated = await succeed(there, '/auth/refresh', { body: { refresh_token } })
  assert.equal(repeated.refresh_token, refresh_token)

  const offer = await succeed(here, `/2fa/enable/user/${user.id}`, { token, body: { password: ADMIN.password } })
  const code = generateSync({ secret: offer.secret })
  await succeed(there, `/2fa/verify-setup/user/${user.id}`, { token, body: { code } })
  const step = await succeed(here, '/auth/login', { body: ADMIN })
  // The next code is within the step either side, the one that confirmed is used up.
  const next = generateSync({ secret: offer.secret, epoch: Math.floor(Date.now() / 1000) + 30 })
  const again = await call(there, 'POST', `/2fa/verify/user/${user.id}`, { token: step.step_token, body: { code } })
  assert.equal(again.status, 401)
  const done = await succeed(there, `/2fa/verify/user/${user.id}`, { token: step.step_token, body: { code: next } })
  assert.equal(done.status, 'authenticated')
}
