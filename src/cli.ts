/** `npm run cli -- <command>`: what operators do beside running the service. */
import { Command } from 'commander'
import { CannotStart, explain } from './cannot-start.ts'
import { loadConfig } from './config.ts'
import { migrate } from './store/migrate.ts'

const program = new Command('omnicrm-identity').description('Commands of the OmniCRM identity service.')

program
  .command('migrate')
  .description('brings the database schema up to date and gives the runtime role its rights')
  .action(async () => {
    const { database } = loadConfig(process.env)
    if (!database) throw new CannotStart('migrate needs DATABASE_URL; the embedded database is migrated at every start')
    const applied = await migrate(database.migrationUrl, decodeURIComponent(new URL(database.url).username))
    console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`)
  })

program.parseAsync().catch((error: unknown) => {
  console.error(explain(error))
  process.exitCode = 1
})
