/** Where the mailed links lead: a new password, or the first one of a new user. */
import { useState } from 'preact/hooks'
import { useApp } from '../../context.ts'
import { ask, isRefusal } from '../../identity.ts'
import { Form } from '../../parts/form.tsx'
import { Link } from '../../parts/link.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { NewPasswordFields, newPasswordOf } from '../../parts/new-password.tsx'
import { Page } from '../../parts/page.tsx'

export function Reset({ token }: { token: string }) {
  const { t, identity } = useApp()
  const check = () =>
    ask(identity.POST('/auth/password/reset/check', { body: { token } })).then(
      () => true,
      (error) => {
        if (isRefusal(error, 'reset_link_invalid')) return false
        throw error
      },
    )
  return (
    <Loaded load={check} of={token}>
      {(isValid) => (isValid ? <NewPassword token={token} /> : <Expired text={t.reset.expired} />)}
    </Loaded>
  )
}

function NewPassword({ token }: { token: string }) {
  const { t, identity, go, say } = useApp()
  const [isExpired, setExpired] = useState(false)
  const reset = async (values: FormData) => {
    try {
      const body = { token, ...newPasswordOf(values) }
      const { message } = await ask(identity.POST('/auth/password/reset', { body }))
      // The reset has ended every session of the user; whoever is signed in here begins anew, too.
      await identity.POST('/auth/logout', {}).catch(() => {})
      go('/')
      say({ kind: 'success', text: message })
    } catch (error) {
      if (!isRefusal(error, 'reset_link_invalid')) throw error
      setExpired(true)
    }
  }
  if (isExpired) return <Expired text={t.reset.expired} />
  return (
    <Page narrow icon="lock" title={t.reset.title}>
      <Form submit={t.reset.submit} onSubmit={reset} class="form wide-button">
        <NewPasswordFields first />
      </Form>
    </Page>
  )
}

function Expired({ text }: { text: string }) {
  const { t } = useApp()
  return (
    <Page narrow icon="alert" title={t.reset.expiredTitle}>
      <p class="intro">{text}</p>
      <div class="buttons stacked">
        <Link to="/" class="button">
          {t.forgot.back}
        </Link>
        <Link to="/forgot-password" class="button primary">
          {t.reset.requestNew}
        </Link>
      </div>
    </Page>
  )
}
