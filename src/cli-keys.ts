/** `npm run cli -- keys …`: the life of the keys, as operators see and steer it. */
import { Command } from 'commander'
import type { Deps } from './deps.ts'
import { readKeyStatus, type SecretKeyStatus, type SigningKeyStatus } from './keys/key-status.ts'
import { rotateSigningKey, withdrawSigningKeys } from './keys/rotate-signing-key.ts'
import { DAY, lifetimes, secondsAfter } from './policy/lifetimes.ts'
import type { Actor } from './store/events.ts'

type WithDeps = (work: (deps: Deps) => Promise<void>) => Promise<void>

/** @param print writes one line. */
export function keysCommand(withDeps: WithDeps, actor: Actor, print: (line: string) => void): Command {
  const keys = new Command('keys').description('the keys that sign and encrypt')

  keys
    .command('status')
    .description('show what each key of SECRET_KEYS is needed for, and where each signing key is in its life')
    .action(() =>
      withDeps(async (deps) => {
        const { secretKeys, signingKeys } = await readKeyStatus(deps)
        print('secret keys, oldest first')
        for (const line of sayAllSecretKeys(secretKeys)) print(`  ${line}`)
        print('signing keys, newest first')
        for (const key of signingKeys) print(`  ${saySigningKey(key, deps)}`)
      }),
    )

  keys
    .command('rotate')
    .description('replace the key that signs access tokens; every token goes on to verify')
    .option('--leaked', 'withdraw all signing keys at once: every access token that is out is refused, clients refresh')
    .action(({ leaked }: { leaked?: boolean }) =>
      withDeps(async (deps) => {
        if (leaked) return sayWithdrawal(await withdrawSigningKeys(deps, actor), print)
        const { kid, activeFrom, isNew } = await rotateSigningKey(deps, actor)
        print(`${kid} ${isNew ? 'is published' : 'waits already'} and signs from ${activeFrom.toISOString()}`)
      }),
    )

  return keys
}

function sayWithdrawal({ kid, withdrawn }: { kid: string; withdrawn: string[] }, print: (line: string) => void): void {
  print(`${kid} signs from now on`)
  print(`withdrawn: ${withdrawn.join(', ')}`)
  print(
    'Access tokens that are out are refused: by this service within seconds, by others as their copy of the key set',
  )
  print('runs out (restart them to make it at once). Clients refresh and go on; nobody has to sign in again.')
}

function sayAllSecretKeys(keys: SecretKeyStatus[]): string[] {
  const primary = keys.findIndex(({ place }) => place === 'primary')
  return keys.map((key, index) => saySecretKey(key, index < primary))
}

function saySecretKey({ id, place, uses }: SecretKeyStatus, isOlder: boolean): string {
  const used = uses.map(({ what, count, until }) => `${count} ${what}${until ? ` (until ${until.toISOString()})` : ''}`)
  const held = used.join(', ') || 'nothing'
  if (place === 'primary') return `${id}  first: new things are made under it; ${held}`
  if (place === 'known') return `${id}  removed; ${held}`
  if (uses.length === 0) return `${id}  nothing uses it: remove it once no replica has it first`
  const stays = uses.some(({ until }) => until === null)
  if (!stays) return `${id}  keep it until these have ended: ${held}`
  const remedy = isOlder
    ? 'keep it until these are re-encrypted'
    : 'keep it: these move on when it or a newer key is first'
  return `${id}  ${remedy}: ${held}`
}

function saySigningKey({ kid, state, activeFrom, retiredAt }: SigningKeyStatus, { clock, config }: Deps): string {
  if (state === 'next') return `${kid}  next: signs from ${activeFrom.toISOString()}`
  if (state === 'retiring') return `${kid}  signs no more; leaves the key set at ${retiredAt?.toISOString()}`
  const age = Math.floor((clock.now().getTime() - activeFrom.getTime()) / (DAY * 1000))
  if (retiredAt) return `${kid}  signing for ${age} days; its successor waits`
  const days = config.signingKeyRotationDays
  if (days === 0) return `${kid}  signing for ${age} days; replaced by \`keys rotate\` only`
  const due = secondsAfter(activeFrom, days * DAY + lifetimes.signingKey.beforeUse)
  return `${kid}  signing for ${age} days; its successor signs from ${due.toISOString()}`
}
