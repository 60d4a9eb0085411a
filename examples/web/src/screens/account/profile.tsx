/** The own name, telephone, language of mails, and e-mail address. */
import { useApp, useUser } from '../../context.ts'
import { ask } from '../../identity.ts'
import { PasswordField, SelectField, TextField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { Page } from '../../parts/page.tsx'
import { isLanguage, languages } from '../../texts/texts.ts'

export function Profile() {
  const { t, identity, say, setUser } = useApp()
  const user = useUser()
  const save = async (values: FormData) => {
    const locale = String(values.get('locale'))
    const body = {
      first_name: String(values.get('first_name')),
      last_name: String(values.get('last_name')),
      phone: String(values.get('phone')).trim() || null,
      ...(isLanguage(locale) ? { locale } : {}),
    }
    setUser(await ask(identity.PATCH('/auth/me', { body })))
    say({ kind: 'success', text: t.profile.saved })
  }
  const changeEmail = async (values: FormData, form: HTMLFormElement) => {
    const body = { new_email: String(values.get('new_email')), password: String(values.get('password')) }
    const { message } = await ask(identity.POST('/auth/email/change', { body }))
    form.reset()
    say({ kind: 'success', text: message })
  }
  return (
    <Page title={t.profile.title}>
      <div class="columns">
        <section class="card" aria-label={t.profile.title}>
          <p class="badges">
            {user.roles.map((role) => (
              <span key={role} class="badge" dir="ltr">
                {role}
              </span>
            ))}
          </p>
          <Form submit={t.common.save} onSubmit={save}>
            <TextField
              name="first_name"
              label={t.profile.firstName}
              value={user.first_name}
              autoComplete="given-name"
            />
            <TextField name="last_name" label={t.profile.lastName} value={user.last_name} autoComplete="family-name" />
            <TextField
              name="phone"
              type="tel"
              label={t.profile.phone}
              value={user.phone ?? ''}
              autoComplete="tel"
              optional
            />
            <SelectField name="locale" label={t.profile.mailLanguage} value={user.locale} options={languages} />
          </Form>
        </section>
        <section class="card" aria-labelledby="email-title">
          <h2 id="email-title">{t.profile.email}</h2>
          <p>
            <strong dir="ltr">{user.email}</strong>
          </p>
          <Form submit={t.profile.changeEmail} onSubmit={changeEmail}>
            <TextField
              name="new_email"
              type="email"
              label={t.profile.newEmail}
              hint={t.profile.emailHint}
              autoComplete="email"
            />
            <PasswordField name="password" label={t.passwords.current} autoComplete="current-password" />
          </Form>
        </section>
      </div>
    </Page>
  )
}
