/** Sign-in with e-mail and password; where more is asked for, the step that the service names follows. */
import { useApp } from '../../context.ts'
import { ask } from '../../identity.ts'
import { CheckField, PasswordField, TextField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { Link } from '../../parts/link.tsx'
import { Page } from '../../parts/page.tsx'
import type { FlowProps } from './flow.tsx'

export function SignIn({ email, advance }: FlowProps) {
  const { t, identity } = useApp()
  const signIn = async (values: FormData) => {
    const given = String(values.get('email'))
    const body = {
      email: given,
      password: String(values.get('password')),
      remember_me: values.has('remember_me'),
      token_delivery: 'cookie' as const,
    }
    advance(await ask(identity.POST('/auth/login', { body })), given)
  }
  return (
    <Page narrow title={t.signIn.title}>
      <Form submit={t.signIn.submit} onSubmit={signIn} class="form wide-button">
        <TextField
          name="email"
          type="email"
          label={t.signIn.email}
          value={email}
          autoComplete="username"
          first={!email}
        />
        <PasswordField name="password" label={t.signIn.password} autoComplete="current-password" first={!!email} />
        <div class="beside">
          <CheckField name="remember_me" label={t.signIn.remember} hint={t.signIn.rememberHint} />
          <Link to="/forgot-password">{t.signIn.forgot}</Link>
        </div>
      </Form>
    </Page>
  )
}
