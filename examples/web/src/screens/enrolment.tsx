/** Two-factor authentication in three steps: confirm the password, scan and save, done. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { bearer, type Message, type SignInOutcome } from '../../../../packages/client/src/index.ts'
import { useApp } from '../context.ts'
import { ask } from '../identity.ts'
import { BackupCodes } from '../parts/backup-codes.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { CodeField, PasswordField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { NoticeBox } from '../parts/notice.tsx'
import { QrCode } from '../parts/qr-code.tsx'

interface Offer {
  provisioning_uri: string
  secret: string
  backup_codes: string[]
}

interface EnrolmentProps {
  userId: number
  /** As a step of a sign-in; else the session's access token opens it. */
  stepToken?: string
  /** May take a refusal upon itself; the enrolment then stays where it is. */
  guard?: <T>(call: Promise<T>) => Promise<T | undefined>
  onEnabled: (answer: Message | SignInOutcome) => void
  onDone: () => void
  onCancel: () => void
}

export function Enrolment({ userId, stepToken, guard = (call) => call, onEnabled, onDone, onCancel }: EnrolmentProps) {
  const { t, identity } = useApp()
  const [offer, setOffer] = useState<Offer>()
  const [isEnabled, setEnabled] = useState(false)
  const target = {
    params: { path: { user_id: userId } },
    ...(stepToken ? { headers: bearer(stepToken) } : {}),
  }
  const begin = async (values: FormData) => {
    const body = { password: String(values.get('password')) }
    setOffer(await guard(ask(identity.POST('/2fa/enable/user/{user_id}', { ...target, body }))))
  }
  const confirm = async (values: FormData) => {
    const body = { code: String(values.get('code')) }
    const answer = await guard(ask(identity.POST('/2fa/verify-setup/user/{user_id}', { ...target, body })))
    if (!answer) return
    onEnabled(answer)
    setEnabled(true)
  }
  const cancel = (
    <button type="button" class="button" onClick={onCancel}>
      {t.common.cancel}
    </button>
  )
  if (isEnabled) {
    return (
      <>
        <Progress at={2} />
        <div role="status">
          <NoticeBox kind="success">
            <strong>{t.enrolment.doneTitle}</strong>
            <p>{t.enrolment.done}</p>
          </NoticeBox>
        </div>
        <div class="buttons">
          <button type="button" class="button primary" onClick={onDone}>
            {t.common.continue}
          </button>
        </div>
      </>
    )
  }
  if (!offer) {
    return (
      <>
        <Progress at={0} />
        <Form submit={t.common.continue} onSubmit={begin} others={cancel}>
          <PasswordField
            name="password"
            label={t.passwords.current}
            hint={t.enrolment.confirmIntro}
            autoComplete="current-password"
            first
          />
        </Form>
      </>
    )
  }
  return (
    <>
      <Progress at={1} />
      <ol class="instructions">
        <li>
          <h2>{t.enrolment.app}</h2>
          <p>{t.enrolment.appHint}</p>
        </li>
        <li>
          <h2>{t.enrolment.scan}</h2>
          <p>{t.enrolment.scanHint}</p>
          <div class="qr">
            <QrCode text={offer.provisioning_uri} label={t.enrolment.qr} />
            <div>
              <p>{t.enrolment.manual}</p>
              <p>
                <code dir="ltr">{offer.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
              </p>
              <CopyButton text={offer.secret} label={t.enrolment.copyKey} />
            </div>
          </div>
        </li>
        <li>
          <h2>{t.enrolment.backup}</h2>
          <BackupCodes codes={offer.backup_codes} hint={t.enrolment.backupHint} />
        </li>
        <li>
          <h2>{t.enrolment.verify}</h2>
          <Form submit={t.enrolment.submit} onSubmit={confirm} others={cancel}>
            <CodeField name="code" label={t.enrolment.code} />
          </Form>
        </li>
      </ol>
    </>
  )
}

/** Takes the focus with each step, so that its place among them is read out. */
function Progress({ at }: { at: 0 | 1 | 2 }) {
  const { t } = useApp()
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    if (at > 0) list.current?.focus()
  }, [at])
  return (
    <ol ref={list} class="progress" tabIndex={-1} aria-label={t.enrolment.progress}>
      {t.enrolment.steps.map((name, index) => (
        <li key={name} class={index < at ? 'done' : ''} aria-current={index === at ? 'step' : undefined}>
          {name}
        </li>
      ))}
    </ol>
  )
}
