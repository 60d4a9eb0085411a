/** `npm run cli -- …`: what operators do beside the running service. Every act is in the audit trail as actor `cli`. */
import { userInfo } from 'node:os'
import { Command } from 'commander'
import { CannotStart, explain } from './cannot-start.ts'
import { keysCommand } from './cli-keys.ts'
import { loadConfig, loadMigrationConfig } from './config.ts'
import type { Deps, Source } from './deps.ts'
import { Refusal } from './errors.ts'
import { exportEvents, reportExport } from './flows/audit/read-events.ts'
import { reportVerification, verifyLog } from './flows/audit/verify-log.ts'
import { createAdmin } from './flows/bootstrap/create-admin.ts'
import type { CommandLine } from './flows/shared/act-on-user.ts'
import { listUsers } from './flows/users/list-users.ts'
import { resetUserPassword, resetUserTwoFactor, unlockUser } from './flows/users/reset-credentials.ts'
import { voidPasswords } from './flows/users/void-passwords.ts'
import { presentEvent } from './http/present.ts'
import { importFile } from './import-file.ts'
import { createLog } from './log.ts'
import { migrateDatabase } from './migrate-database.ts'
import { openDeps } from './open-deps.ts'
import { emailKey } from './policy/email-key.ts'
import { openDatabase } from './store/database.ts'
import type { Head } from './store/event-seals.ts'
import { findUser, findUserByEmailKey } from './store/users.ts'
import { en } from './texts/en.ts'

const authority: CommandLine = { kind: 'cli', operator: operatorName() }
const source: Source = { ip: null, network: 'cli', userAgent: null, requestId: null }

const program = new Command('cli').description('OmniCRM identity service: operators’ commands')

program
  .command('migrate')
  .description('bring the database schema up to date (as DATABASE_MIGRATION_URL) and grant the runtime role its rights')
  .action(async () => {
    const config = loadMigrationConfig(process.env)
    const { database, logLevel } = config
    if (!database) throw new CannotStart('migrate needs DATABASE_URL; the embedded database is migrated at every start')
    const applied = await migrateDatabase(database, config, createLog(logLevel, process.stderr))
    console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`)
  })

program
  .command('create-admin')
  .description('create an administrator, or make an existing user one, with a temporary password')
  .requiredOption('--email <address>', 'the address to sign in with')
  .action(({ email }: { email: string }) =>
    withDeps(async (deps) => {
      if (emailKey(email) === undefined) throw new CannotStart(`"${email}" is not an e-mail address`)
      const admin = await createAdmin(deps, authority, email, source)
      console.log(`${admin.email} is an administrator\ntemporary password  ${admin.temporaryPassword}`)
    }),
  )

const users = program.command('users').description('look at users and help them')

users
  .command('list')
  .description('list users, one JSON object a line')
  .option('--q <text>', 'part of a name, e-mail or telephone number (at least 3 characters)')
  .option('--role <name>', 'only users with this role')
  .action(({ q, role }: { q?: string; role?: string }) =>
    withDeps(async (deps) => {
      let after: { value: number; id: number } | undefined
      for (;;) {
        const page = { sort: 'id', descending: false, limit: 200, after } as const
        const { users: rows, more } = await listUsers(deps, { q, role }, page)
        for (const { id, email, first_name, last_name, roles, active, password_state, locked, locked_until } of rows) {
          console.log(
            JSON.stringify({ id, email, first_name, last_name, roles, active, password_state, locked, locked_until }),
          )
        }
        const last = rows.at(-1)
        if (!more || !last) return
        after = { value: last.id, id: last.id }
      }
    }),
  )

/** A command on one user, named by id or e-mail address. */
function onUser(
  name: string,
  description: string,
  act: (deps: Deps, id: number, reason?: string) => Promise<string>,
): void {
  users
    .command(`${name} <id-or-email>`)
    .description(description)
    .option('--reason <text>', 'kept in the audit trail')
    .action((who: string, { reason }: { reason?: string }) =>
      withDeps(async (deps) => console.log(await act(deps, await findUserId(deps, who), reason))),
    )
}

onUser('reset-password', 'give a temporary password (72 hours) and end all sessions', async (deps, id, reason) => {
  const given = await resetUserPassword(deps, authority, id, reason, source)
  return `temporary password for ${given.user.email}  ${given.password}`
})

onUser('reset-2fa', 'switch two-factor authentication off for someone who has lost it', async (deps, id, reason) => {
  const user = await resetUserTwoFactor(deps, authority, id, reason, source)
  return `${user.email} can now sign in with only their password`
})

onUser('unlock', 'lift every wait and lock that failed attempts have put on the account', async (deps, id, reason) => {
  const user = await unlockUser(deps, authority, id, reason, source)
  return `${user.email} can try to sign in again`
})

users
  .command('void-passwords')
  .description('after a leak: take away every user’s password and end every session; all sign in anew by a mailed link')
  .requiredOption('--reason <text>', 'kept in the audit trail')
  .action(({ reason }: { reason: string }) =>
    withDeps(async (deps) => {
      const count = await voidPasswords(deps, authority, reason, source)
      const whose = count === 1 ? '1 user' : `${count} users`
      console.log(`Void: the passwords and sessions of ${whose}. Each sets a new one by "forgot my password".`)
    }),
  )

users
  .command('import <file>')
  .description('create users from another system’s export, one JSON object a line; "-" reads standard input')
  .option('--dry-run', 'find out what would become of each row, and change nothing')
  .option('--report <file>', 'write the report, one JSON object for each row, to this file; else to standard output')
  .addHelpText('after', '\nThe rows’ fields: docs/importing.md. Ends with 0, or with 2 when a row was refused.')
  .action((file: string, { dryRun = false, report }: { dryRun?: boolean; report?: string }) =>
    withDeps(async (deps) => {
      const { refused } = await importFile(deps, authority, { file, report, dryRun }, source)
      if (refused > 0) process.exitCode = 2
    }),
  )

program.addCommand(keysCommand(withDeps, { kind: 'cli', id: authority.operator }, (line) => console.log(line)))

const audit = program.command('audit').description('the audit trail')

audit
  .command('export')
  .description('write all audit events, newest first, one JSON object a line')
  .option('--from <time>', 'not before this moment (RFC 3339)', parseTime)
  .option('--to <time>', 'before this moment (RFC 3339)', parseTime)
  .action((filter: { from?: Date; to?: Date }) =>
    withDeps(async (deps) => {
      await reportExport(deps, authority, filter, source)
      for await (const event of exportEvents(deps, filter))
        process.stdout.write(`${JSON.stringify(presentEvent(event))}\n`)
    }),
  )

audit
  .command('verify')
  .description('find events that were changed, removed or inserted; ends with 2 when there are any')
  .option('--from <position>', 'the first position to look at', parsePosition)
  .option('--to <position>', 'the last position to look at', parsePosition)
  .option(
    '--head <position:digest>',
    'an "audit head" from the log of the service: was anything after it cut off?',
    parseHead,
  )
  .action((request: { from?: number; to?: number; head?: Head }) =>
    withDeps(async (deps) => {
      const faults = verifyLog(deps, { from: request.from, to: request.to, head: request.head })
      let count = 0
      let step = await faults.next()
      for (; !step.done; step = await faults.next()) {
        count += 1
        console.log(step.value)
      }
      await reportVerification(deps, authority, step.value, count, source)
      const { events, first, head } = step.value
      const range = first === undefined ? '' : `, positions ${first} to ${head?.position}`
      console.log(`${events} events verified${range}: ${count === 0 ? 'no fault' : `faults: ${count}`}`)
      if (head) console.log(`head ${head.position}:${head.digest.toString('hex')}`)
      if (count > 0) process.exitCode = 2
    }),
  )

function parsePosition(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new CannotStart(`"${value}" is not a position; positions count from 1`)
  return Number(value)
}

function parseHead(value: string): Head {
  const [, position, digest] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(value) ?? []
  if (!position || !digest) {
    throw new CannotStart(
      `"${value}" is not a head; write position:digest of a logged line "audit head", like 1203:9f86d0…`,
    )
  }
  return { position: Number(position), digest: Buffer.from(digest, 'hex') }
}

/** In a container the user is often a number that has no name. */
function operatorName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}

function parseTime(value: string): Date {
  const time = new Date(value)
  if (Number.isNaN(time.getTime()))
    throw new CannotStart(`"${value}" is not a time; write it like 2026-05-04T09:30:00Z`)
  return time
}

async function findUserId(deps: Deps, who: string): Promise<number> {
  const user = /^\d{1,15}$/.test(who)
    ? await findUser(deps.db, Number(who))
    : await findUserByEmailKey(deps.db, emailKey(who) ?? '')
  if (!user) throw new CannotStart(`there is no user "${who}"`)
  return user.id
}

/** Opens what the operations need, on the database of the settings, and closes it again. */
async function withDeps(work: (deps: Deps) => Promise<void>): Promise<void> {
  const config = loadConfig(process.env)
  if (!config.database) throw new CannotStart('set DATABASE_URL and SECRET_KEYS to those of the service')
  const db = openDatabase({ url: config.database.url, poolSize: 2 })
  try {
    const log = createLog(config.logLevel, process.stderr)
    await work(await openDeps(config, db, config.database.secretKeys, log))
  } finally {
    await db.destroy()
  }
}

program.parseAsync().catch((error: unknown) => {
  const refused = error instanceof Refusal ? en.refusals[error.code] : undefined
  console.error(explain(refused ? new CannotStart(`${refused.title}. ${refused.detail}`) : error))
  process.exitCode = 1
})
