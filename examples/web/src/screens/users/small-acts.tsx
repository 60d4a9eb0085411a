/** What is asked once, done, and answered with a sentence of the service. */
import type { Message } from '../../../../../packages/client/src/index.ts'
import { useApp } from '../../context.ts'
import { ask } from '../../identity.ts'
import { List } from '../../parts/list.tsx'
import { NoticeBox } from '../../parts/notice.tsx'
import { Act, reasonOf, type UserDialogProps } from './act.tsx'

export function ResetTwoFactor({ user, onDone, onClose }: UserDialogProps) {
  const { t, identity } = useApp()
  const finish = useFinish(onDone)
  const params = { path: { id: user.id } }
  return (
    <Act
      user={user}
      title={t.resetTwoFactor.title}
      icon="reset_2fa"
      ask={t.resetTwoFactor.ask}
      submit={t.resetTwoFactor.title}
      danger
      withReason
      onSubmit={(values) =>
        finish(ask(identity.POST('/admin/users/{id}/reset-2fa', { params, body: reasonOf(values) })))
      }
      onClose={onClose}
    >
      <NoticeBox kind="warning">
        <strong>{t.resetTwoFactor.warningTitle}</strong>
        <List items={t.resetTwoFactor.warnings} />
      </NoticeBox>
      <p>{t.resetTwoFactor.about}</p>
    </Act>
  )
}

export function SendWelcomeEmail({ user, onDone, onClose }: UserDialogProps) {
  const { t, identity } = useApp()
  const finish = useFinish(onDone)
  const params = { path: { id: user.id } }
  return (
    <Act
      user={user}
      title={t.users.action.send_welcome_email}
      icon="send_welcome_email"
      ask={t.welcome.ask}
      submit={t.welcome.submit}
      onSubmit={() => finish(ask(identity.POST('/admin/users/{id}/welcome-email', { params })))}
      onClose={onClose}
    >
      <p>{t.welcome.about}</p>
      <List items={t.welcome.contents} />
    </Act>
  )
}

export function UnlockUser({ user, onDone, onClose }: UserDialogProps) {
  const { t, identity } = useApp()
  const finish = useFinish(onDone)
  const params = { path: { id: user.id } }
  return (
    <Act
      user={user}
      title={t.users.action.unlock}
      icon="unlock"
      ask={t.unlockUser.ask}
      submit={t.users.action.unlock}
      withReason
      onSubmit={(values) => finish(ask(identity.POST('/admin/users/{id}/unlock', { params, body: reasonOf(values) })))}
      onClose={onClose}
    >
      <p>{t.unlockUser.about}</p>
    </Act>
  )
}

function useFinish(onDone: () => void) {
  const { say } = useApp()
  return async (call: Promise<Message>) => {
    const { message } = await call
    onDone()
    say({ kind: 'success', text: message })
  }
}
