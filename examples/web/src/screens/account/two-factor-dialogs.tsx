/** What can be done to a second factor that is on. */
import { useState } from 'preact/hooks'
import { useApp, useUser } from '../../context.ts'
import { ask } from '../../identity.ts'
import { BackupCodes } from '../../parts/backup-codes.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { PasswordField, TextField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'

interface DialogProps {
  onClose: () => void
}

export function DisableDialog({ onClose }: DialogProps) {
  const { t, identity, say } = useApp()
  const { id } = useUser()
  const disable = async (values: FormData) => {
    const body = { password: String(values.get('password')), code: String(values.get('code')) }
    const call = identity.POST('/2fa/disable/user/{user_id}', { params: { path: { user_id: id } }, body })
    const { message } = await ask(call)
    onClose()
    say({ kind: 'success', text: message })
  }
  return (
    <Dialog title={t.security.disableTitle} icon="reset_2fa" danger onClose={onClose}>
      <p>{t.security.disableHint}</p>
      <Form danger submit={t.security.disable} onSubmit={disable} others={<CancelButton onClose={onClose} />}>
        <PasswordField name="password" label={t.passwords.current} autoComplete="current-password" />
        <TextField name="code" label={t.security.code} autoComplete="one-time-code" />
      </Form>
    </Dialog>
  )
}

export function RegenerateDialog({ onClose }: DialogProps) {
  const { t, identity } = useApp()
  const { id } = useUser()
  const [codes, setCodes] = useState<string[]>()
  const regenerate = async (values: FormData) => {
    const body = { password: String(values.get('password')) }
    const params = { path: { user_id: id } }
    setCodes((await ask(identity.POST('/2fa/backup-codes/regenerate/user/{user_id}', { params, body }))).backup_codes)
  }
  if (codes) {
    return (
      <Dialog key="codes" title={t.security.newCodes} onClose={onClose}>
        <BackupCodes codes={codes} hint={t.enrolment.backupHint} />
        <div class="buttons">
          <button type="button" class="button primary" onClick={onClose}>
            {t.common.close}
          </button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog key="ask" title={t.security.regenerateTitle} onClose={onClose}>
      <p>{t.security.regenerateHint}</p>
      <Form submit={t.security.regenerate} onSubmit={regenerate} others={<CancelButton onClose={onClose} />}>
        <PasswordField name="password" label={t.passwords.current} autoComplete="current-password" />
      </Form>
    </Dialog>
  )
}

function CancelButton({ onClose }: DialogProps) {
  const { t } = useApp()
  return (
    <button type="button" class="button" onClick={onClose}>
      {t.common.cancel}
    </button>
  )
}
