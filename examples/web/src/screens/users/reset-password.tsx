/** A temporary password, to be told by a secure channel. It is shown once: closing forgets it. */
import { useState } from 'preact/hooks'
import { useApp } from '../../context.ts'
import { ask } from '../../identity.ts'
import { formatTime } from '../../language.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { List } from '../../parts/list.tsx'
import { NoticeBox } from '../../parts/notice.tsx'
import { Act, reasonOf, type UserDialogProps } from './act.tsx'
import { nameOf } from './users.tsx'

interface Temporary {
  temporary_password: string
  expires_at: string
}

export function ResetPassword({ user, onDone, onClose }: UserDialogProps) {
  const { t, identity } = useApp()
  const [temporary, setTemporary] = useState<Temporary>()
  const reset = async (values: FormData) => {
    const params = { path: { id: user.id } }
    const call = identity.POST('/admin/users/{id}/reset-password', { params, body: reasonOf(values) })
    setTemporary(await ask(call))
  }
  if (temporary) return <Shown key="shown" name={nameOf(user)} temporary={temporary} onClose={onDone} />
  return (
    <Act
      key="ask"
      user={user}
      title={t.resetPassword.title}
      icon="reset_password"
      ask={t.resetPassword.ask}
      submit={t.resetPassword.title}
      withReason
      onSubmit={reset}
      onClose={onClose}
    >
      <p>{t.resetPassword.about}</p>
    </Act>
  )
}

function Shown({ name, temporary, onClose }: { name: string; temporary: Temporary; onClose: () => void }) {
  const { t, language } = useApp()
  return (
    <Dialog title={t.resetPassword.shownTitle(name)} icon="reset_password" onClose={onClose}>
      <p class="temporary">
        <code dir="ltr">{temporary.temporary_password}</code>
        <CopyButton text={temporary.temporary_password} label={t.resetPassword.copy} />
      </p>
      <p>{t.resetPassword.expires(formatTime(language, temporary.expires_at))}</p>
      <NoticeBox kind="warning">
        <strong>{t.resetPassword.important}</strong>
        <List items={t.resetPassword.warnings} />
      </NoticeBox>
      <div class="buttons">
        <button type="button" class="button primary" onClick={onClose}>
          {t.common.close}
        </button>
      </div>
    </Dialog>
  )
}
