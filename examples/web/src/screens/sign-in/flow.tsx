/** The way from the e-mail address to the session: whatever step the last answer names is shown next. */
import { useEffect } from 'preact/hooks'
import type { SignInOutcome } from '../../../../../packages/client/src/index.ts'
import { useApp } from '../../context.ts'
import { isRefusal } from '../../identity.ts'
import { EnrolmentStep } from './enrolment-step.tsx'
import { ForcedChange } from './forced-change.tsx'
import { SecondFactor } from './second-factor.tsx'
import { SignIn } from './sign-in.tsx'

export type Step = Exclude<SignInOutcome, { status: 'authenticated' }>

export interface FlowProps {
  /** The address that was given, so that nobody has to write it twice. */
  email: string
  /** Goes where the outcome leads. */
  advance: (outcome: SignInOutcome, email?: string) => void
}

export interface StepProps extends FlowProps {
  step: Step
  /** Back to the start, with the reason if there is one. */
  restart: (reason?: string) => void
}

export function SignInFlow({ step, ...props }: Omit<StepProps, 'step'> & { step: Step | undefined }) {
  const { restart } = props
  const { t } = useApp()
  useEffect(() => {
    if (!step) return
    const timer = setTimeout(() => restart(t.signIn.stepOver), step.expires_in * 1000)
    return () => clearTimeout(timer)
  }, [step, restart, t])
  switch (step?.status) {
    case undefined:
      return <SignIn {...props} />
    case 'two_factor_required':
      return <SecondFactor {...props} step={step} />
    case 'password_change_required':
      return <ForcedChange {...props} step={step} />
    case 'two_factor_setup_required':
      return <EnrolmentStep {...props} step={step} />
  }
}

/** A step that is over starts the sign-in anew; any other reason is the form's to show. */
export async function orRestart<T>(work: Promise<T>, restart: () => void): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (!isRefusal(error, 'step_token_invalid')) throw error
    restart()
    return undefined
  }
}
