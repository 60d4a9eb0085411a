/** A new password, twice. */
import { useApp } from '../context.ts'
import { PasswordField } from './field.tsx'

/** @param email for password managers, which file the new password under it. */
export function NewPasswordFields({ email, first = false }: { email?: string; first?: boolean }) {
  const { t } = useApp()
  return (
    <>
      {email && <input type="text" autoComplete="username" value={email} readOnly hidden />}
      <PasswordField
        name="new_password"
        label={t.passwords.new}
        hint={t.passwords.hint}
        autoComplete="new-password"
        first={first}
      />
      <PasswordField name="confirm_password" label={t.passwords.confirm} autoComplete="new-password" />
    </>
  )
}

export const newPasswordOf = (values: FormData) => ({
  new_password: String(values.get('new_password')),
  confirm_password: String(values.get('confirm_password')),
})
