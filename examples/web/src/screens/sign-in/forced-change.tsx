/** After a temporary password: nothing else opens before there is a password of the user's own. */
import { bearer } from '../../../../../packages/client/src/index.ts'
import { useApp } from '../../context.ts'
import { ask } from '../../identity.ts'
import { Form } from '../../parts/form.tsx'
import { NewPasswordFields, newPasswordOf } from '../../parts/new-password.tsx'
import { Page } from '../../parts/page.tsx'
import { orRestart, type StepProps } from './flow.tsx'

export function ForcedChange({ step, email, advance, restart }: StepProps) {
  const { t, identity } = useApp()
  const change = async (values: FormData) => {
    const call = identity.POST('/auth/password/change', {
      headers: bearer(step.step_token),
      body: newPasswordOf(values),
    })
    const answer = await orRestart(ask(call), () => restart(t.signIn.stepOver))
    if (answer && 'status' in answer) advance(answer)
  }
  const cancel = (
    <button type="button" class="button" onClick={() => restart()}>
      {t.common.cancel}
    </button>
  )
  return (
    <Page narrow icon="lock" title={t.forcedChange.title}>
      <p class="intro">{t.forcedChange.intro}</p>
      <Form submit={t.passwords.submit} onSubmit={change} others={cancel}>
        <NewPasswordFields email={email} first />
      </Form>
    </Page>
  )
}
