/** Where the link to a new address leads. It asks first: scanners of mail open links, too. */
import { useState } from 'preact/hooks'
import { useApp } from '../../context.ts'
import { ask, isRefusal } from '../../identity.ts'
import { Form } from '../../parts/form.tsx'
import { Link } from '../../parts/link.tsx'
import { NoticeBox } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'

export function ConfirmEmail({ token }: { token: string }) {
  const { t, identity } = useApp()
  const [state, setState] = useState<'asked' | 'done' | 'invalid'>('asked')
  const confirm = async () => {
    try {
      await ask(identity.POST('/auth/email/confirm', { body: { token } }))
      setState('done')
    } catch (error) {
      if (!isRefusal(error, 'email_link_invalid')) throw error
      setState('invalid')
    }
  }
  return (
    <Page narrow icon="send_welcome_email" title={t.confirmEmail.title}>
      <div role="status">
        {state === 'done' && <NoticeBox kind="success">{t.confirmEmail.done}</NoticeBox>}
        {state === 'invalid' && <NoticeBox kind="error">{t.confirmEmail.invalid}</NoticeBox>}
      </div>
      {state === 'asked' ? (
        <Form submit={t.confirmEmail.submit} onSubmit={confirm} class="form wide-button">
          <p class="intro">{t.confirmEmail.intro}</p>
        </Form>
      ) : (
        <div class="buttons">
          <Link to="/" class="button primary">
            {t.common.home}
          </Link>
        </div>
      )}
    </Page>
  )
}
