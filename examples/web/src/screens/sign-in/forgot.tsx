/** A link for a new password, by mail. */
import { useState } from 'preact/hooks'
import { useApp } from '../../context.ts'
import { ask } from '../../identity.ts'
import { TextField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { Link } from '../../parts/link.tsx'
import { NoticeBox } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'

export function Forgot({ email, onEmail }: { email: string; onEmail: (email: string) => void }) {
  const { t, identity } = useApp()
  const [message, setMessage] = useState<string>()
  const send = async (values: FormData) => {
    const given = String(values.get('email'))
    onEmail(given)
    setMessage((await ask(identity.POST('/auth/password/forgot', { body: { email: given } }))).message)
  }
  return (
    <Page narrow icon="reset_password" title={t.forgot.title}>
      <div role="status">
        {message && (
          <NoticeBox kind="success">
            <strong>{message}</strong>
            <p>{t.forgot.sentHint}</p>
          </NoticeBox>
        )}
      </div>
      {message ? (
        <div class="buttons stacked">
          <button type="button" class="button" onClick={() => setMessage(undefined)}>
            {t.forgot.resend}
          </button>
          <Link to="/" class="button primary">
            {t.forgot.back}
          </Link>
        </div>
      ) : (
        <>
          <p class="intro">{t.forgot.intro}</p>
          <Form submit={t.forgot.submit} onSubmit={send} class="form wide-button">
            <TextField name="email" type="email" label={t.signIn.email} value={email} autoComplete="username" first />
          </Form>
          <p class="aside">
            <Link to="/">{t.forgot.back}</Link>
          </p>
        </>
      )}
    </Page>
  )
}
