/** The dialogs that ask before something is done to a user. */
import type { ComponentChildren } from 'preact'
import type { AdminUser } from '../../../../../packages/client/src/index.ts'
import { useApp } from '../../context.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import type { IconName } from '../../parts/icon.tsx'
import { nameOf } from './users.tsx'

export interface UserDialogProps {
  user: AdminUser
  /** Something has changed: show the table anew. */
  onDone: () => void
  onClose: () => void
}

interface ActProps {
  user: AdminUser
  title: string
  icon: IconName
  ask: string
  submit: string
  danger?: boolean
  withReason?: boolean
  onSubmit: (values: FormData) => Promise<void>
  onClose: () => void
  children: ComponentChildren
}

export function Act({ user, title, icon, ask, submit, danger, withReason, onSubmit, onClose, children }: ActProps) {
  const { t } = useApp()
  const cancel = (
    <button type="button" class="button" onClick={onClose}>
      {t.common.cancel}
    </button>
  )
  return (
    <Dialog title={title} icon={icon} danger={danger ?? false} onClose={onClose}>
      <p>{ask}</p>
      <p class="who">
        {t.users.user} <strong>{nameOf(user)}</strong> <bdi>({user.email})</bdi>
      </p>
      {children}
      <Form submit={submit} danger={danger ?? false} onSubmit={onSubmit} others={cancel}>
        {withReason && <TextField name="reason" label={t.users.reason} hint={t.users.reasonHint} optional />}
      </Form>
    </Dialog>
  )
}

/** What the call takes of it: nothing rather than an empty text. */
export function reasonOf(values: FormData): { reason?: string } {
  const reason = String(values.get('reason') ?? '').trim()
  return reason ? { reason } : {}
}
