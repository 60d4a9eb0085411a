/** The code of the authenticator app, or a backup code in its place. */
import { useState } from 'preact/hooks'
import { bearer } from '../../../../../packages/client/src/index.ts'
import { useApp } from '../../context.ts'
import { ask } from '../../identity.ts'
import { CodeField, TextField } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { Page } from '../../parts/page.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { orRestart, type StepProps } from './flow.tsx'

export function SecondFactor({ step, advance, restart }: StepProps) {
  const { t, identity } = useApp()
  const [method, setMethod] = useState<'authenticator' | 'recovery'>('authenticator')
  const verify = async (values: FormData, form: HTMLFormElement) => {
    const call = identity.POST('/2fa/verify/user/{user_id}', {
      params: { path: { user_id: step.user_id } },
      headers: bearer(step.step_token),
      body: { code: String(values.get('code')) },
    })
    try {
      const outcome = await orRestart(ask(call), () => restart(t.signIn.stepOver))
      if (outcome) advance(outcome)
    } catch (error) {
      form.reset()
      throw error
    }
  }
  const cancel = (
    <button type="button" class="button" onClick={() => restart()}>
      {t.common.cancel}
    </button>
  )
  return (
    <Page narrow icon="reset_2fa" title={t.secondFactor.title}>
      <Tabs
        label={t.secondFactor.methods}
        tabs={{ authenticator: t.secondFactor.authenticator, recovery: t.secondFactor.recovery }}
        chosen={method}
        onChoose={setMethod}
      >
        <Form key={method} submit={t.secondFactor.submit} onSubmit={verify} others={cancel}>
          {method === 'authenticator' ? (
            <CodeField name="code" label={t.secondFactor.code} hint={t.secondFactor.authenticatorHint} first sends />
          ) : (
            <TextField name="code" label={t.secondFactor.recoveryCode} hint={t.secondFactor.recoveryHint} first />
          )}
        </Form>
      </Tabs>
      <p class="aside">{t.secondFactor.lost}</p>
    </Page>
  )
}
