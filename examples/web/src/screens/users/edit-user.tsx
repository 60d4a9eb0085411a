/** A new user, or the details of one: names, address, telephone, roles, and whether the account is active. */
import type { AdminUser, Role } from '../../../../../packages/client/src/index.ts'
import { useApp } from '../../context.ts'
import { ask, isRefusal } from '../../identity.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Fault } from '../../parts/faults.ts'
import { CheckField, CheckGroup, SelectField, TextField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { isLanguage, type Language, languages } from '../../texts/texts.ts'
import type { UserDialogProps } from './act.tsx'
import { nameOf } from './users.tsx'

type EditUserProps = Omit<UserDialogProps, 'user'> & { user?: AdminUser }

export function EditUser({ user, onDone, onClose }: EditUserProps) {
  const { t, identity, say } = useApp()
  const save = async (values: FormData) => {
    const fields = fieldsOf(values)
    if (fields.roles.length === 0) throw new Fault(t.editUser.noRole, 'roles')
    const saved = user ? await edit(user, fields, values.has('active')) : await create(fields, values.has('welcome'))
    onDone()
    say({ kind: 'success', text: (user ? t.editUser.saved : t.editUser.created)(nameOf(saved)) })
  }
  const create = (fields: Fields, welcome: boolean) =>
    ask(identity.POST('/admin/users', { body: { ...fields, send_welcome_email: welcome } }))
  const edit = async (before: AdminUser, fields: Fields, active: boolean) => {
    const params = { path: { id: before.id }, header: { 'if-match': `"${before.version}"` } }
    try {
      return await ask(identity.PATCH('/admin/users/{id}', { params, body: changesOf(before, { ...fields, active }) }))
    } catch (error) {
      if (isRefusal(error, 'version_conflict')) throw new Fault(t.editUser.conflict)
      throw error
    }
  }
  const loadRoles = async () => (await ask(identity.GET('/admin/roles'))).items
  const cancel = (
    <button type="button" class="button" onClick={onClose}>
      {t.common.cancel}
    </button>
  )
  return (
    <Dialog title={user ? t.editUser.edit : t.editUser.create} icon={user ? 'edit' : 'person'} onClose={onClose}>
      <Loaded load={loadRoles}>
        {(roles) => (
          <Form submit={user ? t.common.save : t.editUser.submitCreate} onSubmit={save} others={cancel}>
            <div class="pair">
              <TextField name="first_name" label={t.profile.firstName} value={user?.first_name} />
              <TextField name="last_name" label={t.profile.lastName} value={user?.last_name} />
            </div>
            <TextField name="email" type="email" label={t.editUser.email} value={user?.email} />
            <div class="pair">
              <TextField name="phone" type="tel" label={t.profile.phone} value={user?.phone ?? ''} optional />
              <SelectField name="locale" label={t.profile.mailLanguage} value={user?.locale} options={languages} />
            </div>
            <Roles roles={roles} held={user?.roles ?? []} />
            {user ? (
              <CheckField name="active" label={t.editUser.active} hint={t.editUser.activeHint} checked={user.active} />
            ) : (
              <CheckField name="welcome" label={t.editUser.welcome} checked />
            )}
          </Form>
        )}
      </Loaded>
    </Dialog>
  )
}

/** Roles that this administrator may not give are shown, but not to choose. */
function Roles({ roles, held }: { roles: Role[]; held: string[] }) {
  const { t } = useApp()
  return (
    <CheckGroup name="roles" label={t.editUser.roles} hint={t.editUser.rolesHint}>
      {roles.map(({ name, assignable }) => (
        <CheckField
          key={name}
          name="roles"
          value={name}
          label={name}
          checked={held.includes(name)}
          disabled={!assignable}
        />
      ))}
    </CheckGroup>
  )
}

interface Fields {
  email: string
  first_name: string
  last_name: string
  phone: string | null
  locale: Language
  roles: string[]
}

function fieldsOf(values: FormData): Fields {
  const text = (name: string) => String(values.get(name) ?? '')
  const locale = text('locale')
  return {
    email: text('email'),
    first_name: text('first_name'),
    last_name: text('last_name'),
    phone: text('phone').trim() || null,
    locale: isLanguage(locale) ? locale : 'en',
    roles: values.getAll('roles').map(String),
  }
}

/** What differs alone: some changes need a permission more, and what stays needs none. */
function changesOf(before: AdminUser, after: Fields & { active: boolean }): Partial<Fields & { active: boolean }> {
  const isSame = (name: keyof typeof after) =>
    name === 'roles' ? [...before.roles].sort().join() === [...after.roles].sort().join() : before[name] === after[name]
  const changed = (Object.keys(after) as (keyof typeof after)[]).filter((name) => !isSame(name))
  return Object.fromEntries(changed.map((name) => [name, after[name]]))
}
