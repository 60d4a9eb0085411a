/** Standard tools agree with the service: oathtool makes its codes, a JWT library in Python verifies its access tokens. */
import { fileURLToPath } from 'node:url'
import { startOwnService } from '../../examples/own-service.ts'
import { run, type SystemCheck } from './system-check.ts'

const PYTHON = '/usr/bin/python3'
const PASSWORD = 'system-Tulip-harbour-7'

export const standardTools: SystemCheck = {
  name: 'standard-tools',
  packages: ['oathtool', 'python3-jwt', 'python3-cryptography'],
  async check(ok) {
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
      ok('a code of oathtool confirms the enrolment')

      const second = await call('/auth/login', { email, password: PASSWORD })
      const code = oathtool(secret, 'now + 30 seconds')
      const signedIn = await call('/2fa/verify/user/1', { code }, second['step_token'])
      ok("oathtool's next code signs in")

      const script = fileURLToPath(new URL('verify_token.py', import.meta.url))
      const keySet = `${service.url}/.well-known/jwks.json`
      const verified = run(PYTHON, [script, keySet, service.url, 'omnicrm'], { input: signedIn['access_token'] })
      if (verified !== '1 pwd,otp,mfa') throw new Error(`Python read "${verified}" from the access token`)
      ok('Python verifies the access token by the key set')
    } finally {
      await service.remove()
    }
  },
}

function oathtool(secret: string, at: string): string {
  return run('oathtool', ['--totp', '-b', '-N', at, '-'], { input: secret })
}
