/**
 * `npm run test:system`: the service against software that is none of ours, from Debian's packages: oathtool makes the
 * codes, a JWT library in Python verifies the access token by the key set. Installs the packages where it can (as root,
 * with apt-get), and says plainly what it skipped where it can't.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startOwnService } from '../../examples/own-service.ts'

const PYTHON = '/usr/bin/python3'
const PASSWORD = 'system-Tulip-harbour-7'

const tools = [
  { package: 'oathtool', command: ['oathtool', '--version'] },
  { package: 'python3-jwt', command: [PYTHON, '-c', 'import jwt'] },
  { package: 'python3-cryptography', command: [PYTHON, '-c', 'import cryptography'] },
]

const missing = installMissing()
if (missing.length > 0) {
  console.log(`skipped: checks with oathtool and Python; not installed and not installable here: ${missing.join(', ')}`)
} else {
  await check()
}

/** @returns the packages that are still missing. */
function installMissing(): string[] {
  const isMissing = ({ command: [name = '', ...args] }: (typeof tools)[number]) => spawnSync(name, args).status !== 0
  const wanted = tools.filter(isMissing).map((tool) => tool.package)
  if (wanted.length > 0 && process.getuid?.() === 0) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
    spawnSync('apt-get', ['install', '-y', '-qq', ...wanted], { stdio: 'inherit' })
  }
  return tools.filter(isMissing).map((tool) => tool.package)
}

async function check(): Promise<void> {
  const service = await startOwnService()
  const call = async (path: string, body: object, token?: string) => {
    const response = await fetch(service.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Record<string, string>
    if (response.status !== 200) throw new Error(`${path} answered ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  try {
    const { email } = service
    const first = await call('/auth/login', { email, password: service.oneTimePassword })
    const change = { new_password: PASSWORD, confirm_password: PASSWORD }
    const { access_token: token } = await call('/auth/password/change', change, first['step_token'])
    const offer = await call('/2fa/enable/user/1', { password: PASSWORD }, token)
    const secret = offer['secret'] ?? ''
    await call('/2fa/verify-setup/user/1', { code: oathtool(secret, 'now') }, token)
    console.log('ok: a code of oathtool confirms the enrolment')

    const second = await call('/auth/login', { email, password: PASSWORD })
    const code = oathtool(secret, 'now + 30 seconds')
    const signedIn = await call('/2fa/verify/user/1', { code }, second['step_token'])
    console.log("ok: oathtool's next code signs in")

    const script = fileURLToPath(new URL('verify_token.py', import.meta.url))
    const { access_token: accessToken = '' } = signedIn
    const verified = run(PYTHON, [script, `${service.url}/.well-known/jwks.json`, service.url, 'omnicrm'], accessToken)
    if (verified !== '1 pwd,otp,mfa') throw new Error(`Python read "${verified}" from the access token`)
    console.log('ok: Python verifies the access token by the key set')
  } finally {
    await service.remove()
  }
}

function oathtool(secret: string, at: string): string {
  return run('oathtool', ['--totp', '-b', '-N', at, '-'], secret)
}

/** @returns what the command prints, given this on its standard input. */
function run(command: string, args: string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`)
  return stdout.trim()
}
