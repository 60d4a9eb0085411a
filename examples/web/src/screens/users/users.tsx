/** The administration of users: a table to search and turn over, and what may be done to each, by icons. */
import { useState } from 'preact/hooks'
import type { AdminUser } from '../../../../../packages/client/src/index.ts'
import { may, useApp, useUser } from '../../context.ts'
import { ask } from '../../identity.ts'
import { TextField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { DeleteUser } from './delete-user.tsx'
import { EditUser } from './edit-user.tsx'
import { ResetPassword } from './reset-password.tsx'
import { ResetTwoFactor, SendWelcomeEmail, UnlockUser } from './small-acts.tsx'

type Action = AdminUser['actions'][number]

const PAGE_SIZE = 10

/** In the documented order. */
const ACTIONS: Action[] = ['edit', 'delete', 'reset_password', 'reset_2fa', 'send_welcome_email', 'unlock']

const DIALOGS = {
  edit: EditUser,
  delete: DeleteUser,
  reset_password: ResetPassword,
  reset_2fa: ResetTwoFactor,
  send_welcome_email: SendWelcomeEmail,
  unlock: UnlockUser,
}

export function Users() {
  const { t, identity } = useApp()
  const [query, setQuery] = useState<string>()
  /** The cursors of the pages before this one, and its own. */
  const [cursors, setCursors] = useState<string[]>([])
  const [open, setOpen] = useState<{ action: Action; user: AdminUser } | 'create'>()
  const [changes, setChanges] = useState(0)
  const cursor = cursors.at(-1)

  const params = { query: { limit: PAGE_SIZE, ...(query && { q: query }), ...(cursor && { cursor }) } }
  const load = () => ask(identity.GET('/admin/users', { params }))
  const search = async (values: FormData) => {
    const q = String(values.get('q')).trim()
    // Asked here, where a refusal finds its field.
    if (q) await ask(identity.GET('/admin/users', { params: { query: { q, limit: 1 } } }))
    setCursors([])
    setQuery(q || undefined)
  }
  const done = () => {
    setOpen(undefined)
    setChanges(changes + 1)
  }
  const close = () => setOpen(undefined)
  const Opened = open && open !== 'create' ? DIALOGS[open.action] : undefined
  return (
    <Page title={t.users.title} action={<CreateButton onClick={() => setOpen('create')} />}>
      <search>
        <Form submit={t.users.find} onSubmit={search} class="search">
          <TextField name="q" type="search" label={t.users.search} optional />
        </Form>
      </search>
      <Loaded load={load} of={`${query} ${cursor} ${changes}`}>
        {({ items, next_cursor: next }) => (
          <>
            <Table users={items} onAct={(action, user) => setOpen({ action, user })} />
            <Pages
              number={cursors.length + 1}
              onBack={cursors.length > 0 ? () => setCursors(cursors.slice(0, -1)) : undefined}
              onNext={next ? () => setCursors([...cursors, next]) : undefined}
            />
          </>
        )}
      </Loaded>
      {open === 'create' && <EditUser onDone={done} onClose={close} />}
      {Opened && typeof open === 'object' && <Opened user={open.user} onDone={done} onClose={close} />}
    </Page>
  )
}

function CreateButton({ onClick }: { onClick: () => void }) {
  const { t } = useApp()
  if (!may(useUser(), 'create_user')) return null
  return (
    <button type="button" class="button primary" onClick={onClick}>
      <Icon name="plus" />
      {t.users.create}
    </button>
  )
}

export const nameOf = (user: { first_name: string; last_name: string }) => `${user.first_name} ${user.last_name}`

function Table({ users, onAct }: { users: AdminUser[]; onAct: (action: Action, user: AdminUser) => void }) {
  const { t } = useApp()
  if (users.length === 0) return <p role="status">{t.users.empty}</p>
  return (
    <table class="users">
      <thead>
        <tr>
          <th scope="col">{t.users.name}</th>
          <th scope="col">{t.users.email}</th>
          <th scope="col">{t.users.phone}</th>
          <th scope="col">{t.users.actions}</th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.id}>
            <th scope="row">
              <bdi>{nameOf(user)}</bdi>
              {!user.active && <span class="badge">{t.users.inactive}</span>}
              {user.locked && <span class="badge warn">{t.users.locked}</span>}
              {user.login_count === 0 && <span class="badge">{t.users.neverSignedIn}</span>}
            </th>
            <td>
              <bdi>{user.email}</bdi>
            </td>
            <td>
              <bdi dir="ltr">{user.phone ?? t.common.none}</bdi>
            </td>
            <td class="icons">
              {ACTIONS.filter((action) => user.actions.includes(action)).map((action) => (
                <button
                  key={action}
                  type="button"
                  class="button icon-only"
                  aria-label={t.users.actOn(t.users.action[action], nameOf(user))}
                  title={t.users.action[action]}
                  onClick={() => onAct(action, user)}
                >
                  <Icon name={action} />
                </button>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface PagesProps {
  number: number
  onBack: (() => void) | undefined
  onNext: (() => void) | undefined
}

function Pages({ number, onBack, onNext }: PagesProps) {
  const { t } = useApp()
  if (!onBack && !onNext) return null
  return (
    <div class="pages">
      <button type="button" class="button" disabled={!onBack} onClick={onBack}>
        {t.users.previous}
      </button>
      <span role="status">{t.users.page(number)}</span>
      <button type="button" class="button" disabled={!onNext} onClick={onNext}>
        {t.users.next}
      </button>
    </div>
  )
}
