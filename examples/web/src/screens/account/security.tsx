/** The own password and second factor. */
import { useState } from 'preact/hooks'
import { useApp, useUser } from '../../context.ts'
import { ask } from '../../identity.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { PasswordField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { NewPasswordFields, newPasswordOf } from '../../parts/new-password.tsx'
import { Page } from '../../parts/page.tsx'
import { Enrolment } from '../enrolment.tsx'
import { DisableDialog, RegenerateDialog } from './two-factor-dialogs.tsx'

export function Security() {
  const { t, identity, say } = useApp()
  const user = useUser()
  const change = async (values: FormData, form: HTMLFormElement) => {
    const body = { current_password: String(values.get('current_password')), ...newPasswordOf(values) }
    const answer = await ask(identity.POST('/auth/password/change', { body }))
    form.reset()
    if ('message' in answer) say({ kind: 'success', text: answer.message })
  }
  return (
    <Page title={t.security.title}>
      <div class="columns">
        <TwoFactor />
        <section class="card" aria-labelledby="password-title">
          <h2 id="password-title">{t.security.password}</h2>
          <Form submit={t.passwords.submit} onSubmit={change}>
            <PasswordField name="current_password" label={t.passwords.current} autoComplete="current-password" />
            <NewPasswordFields email={user.email} />
          </Form>
        </section>
      </div>
    </Page>
  )
}

function TwoFactor() {
  const { t, identity } = useApp()
  const { id } = useUser()
  const [changes, setChanges] = useState(0)
  const [open, setOpen] = useState<'enrolment' | 'disable' | 'regenerate'>()
  const load = () => ask(identity.GET('/2fa/status/user/{user_id}', { params: { path: { user_id: id } } }))
  const close = () => {
    setOpen(undefined)
    setChanges(changes + 1)
  }
  return (
    <section class="card" aria-labelledby="factor-title">
      <Loaded load={load} of={changes}>
        {({ enabled, required, backup_codes_remaining: codes }) => (
          <>
            <h2 id="factor-title">
              {t.security.twoFactor}
              <span class={enabled ? 'badge good' : 'badge'}>{enabled ? t.security.on : t.security.off}</span>
            </h2>
            <p>{t.security.about}</p>
            {enabled && <p>{t.security.codesLeft(codes)}</p>}
            {enabled && required && <p class="hint">{t.security.required}</p>}
            <div class="buttons start">
              {!enabled && (
                <button type="button" class="button primary" onClick={() => setOpen('enrolment')}>
                  {t.security.enable}
                </button>
              )}
              {enabled && (
                <button type="button" class="button" onClick={() => setOpen('regenerate')}>
                  {t.security.regenerate}
                </button>
              )}
              {enabled && !required && (
                <button type="button" class="button danger-quiet" onClick={() => setOpen('disable')}>
                  {t.security.disable}
                </button>
              )}
            </div>
          </>
        )}
      </Loaded>
      {open === 'enrolment' && (
        <Dialog title={t.enrolment.title} icon="reset_2fa" onClose={close}>
          <Enrolment userId={id} onEnabled={() => {}} onDone={close} onCancel={close} />
        </Dialog>
      )}
      {open === 'disable' && <DisableDialog onClose={close} />}
      {open === 'regenerate' && <RegenerateDialog onClose={close} />}
    </section>
  )
}
