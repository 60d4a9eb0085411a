/** Enrolment as a step of the sign-in, where the organisation demands a second factor. */
import { useState } from 'preact/hooks'
import type { SignInOutcome } from '../../../../../packages/client/src/index.ts'
import { useApp } from '../../context.ts'
import { NoticeBox } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Enrolment } from '../enrolment.tsx'
import { orRestart, type StepProps } from './flow.tsx'

export function EnrolmentStep({ step, advance, restart }: StepProps) {
  const { t } = useApp()
  const [outcome, setOutcome] = useState<SignInOutcome>()
  const over = () => restart(t.signIn.stepOver)
  return (
    <Page narrow icon="reset_2fa" title={t.enrolment.title}>
      {!outcome && <NoticeBox kind="info">{t.enrolment.demanded}</NoticeBox>}
      <Enrolment
        userId={step.user_id}
        stepToken={step.step_token}
        guard={(call) => orRestart(call, over)}
        onEnabled={(answer) => {
          if ('status' in answer) setOutcome(answer)
        }}
        onDone={() => outcome && advance(outcome)}
        onCancel={() => restart()}
      />
    </Page>
  )
}
