import { useApp } from '../../context.ts'
import { ask } from '../../identity.ts'
import { List } from '../../parts/list.tsx'
import { NoticeBox } from '../../parts/notice.tsx'
import { Act, reasonOf, type UserDialogProps } from './act.tsx'
import { nameOf } from './users.tsx'

export function DeleteUser({ user, onDone, onClose }: UserDialogProps) {
  const { t, identity, say } = useApp()
  const remove = async (values: FormData) => {
    const params = { path: { id: user.id }, query: reasonOf(values) }
    await ask(identity.DELETE('/admin/users/{id}', { params }))
    onDone()
    say({ kind: 'success', text: t.deleteUser.done(nameOf(user)) })
  }
  return (
    <Act
      user={user}
      title={t.deleteUser.title}
      icon="delete"
      ask={t.deleteUser.ask}
      submit={t.deleteUser.title}
      danger
      withReason
      onSubmit={remove}
      onClose={onClose}
    >
      <NoticeBox kind="error">
        <strong>{t.deleteUser.warning}</strong>
        <p>{t.deleteUser.about}</p>
        <List items={t.deleteUser.contents} />
      </NoticeBox>
      <p>{t.deleteUser.kept}</p>
    </Act>
  )
}
