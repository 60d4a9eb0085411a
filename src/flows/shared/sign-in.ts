/** The shapes that pass between the steps of a sign-in. */

import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { ApiKeySecretRecord } from '../../store/api-keys.ts'
import type { Line } from '../../store/database.ts'
import type { TwoFactorPolicy } from '../../store/policy.ts'
import type { TokenSession } from '../../store/sessions.ts'
import type { StepRecord } from '../../store/steps.ts'
import type { StepKind, TokenDelivery } from '../../store/tables.ts'
import type { UserProfile, UserRecord } from '../../store/users.ts'
import type { EventReport } from './record-event.ts'

/** What a sign-in carries from its first step to its last. */
export interface SignIn {
  factors: readonly string[]
  rememberMe: boolean
  delivery: TokenDelivery
  /** When the password was proven. */
  authTime: Date
  /** The device that is known to the account once this sign-in is finished. */
  deviceId: string
}

/** A sign-in that has passed a step. The caller holds the user's lock. */
export interface Passed {
  /** As they are by now, the caller's own changes included. */
  user: UserRecord
  signIn: SignIn
  /** What is to be told of it. */
  reports?: EventReport[]
  /** What is to be written with it. */
  write?: (line: Line) => Promise<void>[]
  /** Where the caller has read it under the lock. */
  policy?: TwoFactorPolicy | undefined
}

/** How far a sign-in has come, as the transaction leaves it. */
export type Progress =
  | { kind: 'step'; step: { id: string; kind: StepKind; expiresAt: Date }; user: UserRecord }
  | { kind: 'session'; session: TokenSession; user: UserProfile }

/** The union that every step of a sign-in answers with. */
export type Outcome =
  | { status: 'authenticated'; tokens: IssuedTokens }
  | { status: StepStatus; userId: number; stepToken: string; expiresIn: number }

export type StepStatus = 'two_factor_required' | 'password_change_required' | 'two_factor_setup_required'

/** Tokens of a session and what a front end needs beside them. Times in seconds. */
export interface IssuedTokens {
  accessToken: string
  expiresIn: number
  refreshToken: string
  refreshExpiresIn: number
  redirectTo: string
  user: UserProfile
  delivery: TokenDelivery
  rememberMe: boolean
}

/** Who makes a call: a signed-in user, or someone at one step of a sign-in. */
export type Bearer = SessionBearer | StepBearer
export interface SessionBearer {
  kind: 'session'
  user: UserProfile
  session: TokenSession
}
export interface StepBearer {
  kind: 'step'
  user: Pick<UserRecord, 'id'>
  step: StepRecord
}

/** A service that calls with an API key, or with an access token that it got for one. */
export interface ApiKeyBearer {
  kind: 'api_key'
  key: ApiKeySecretRecord
  /** What it may do at this moment. */
  permissions: readonly string[]
  /** With an access token: the permissions that this names, and beyond which it opens nothing. */
  narrowedTo: readonly string[] | undefined
}

/** What the step has collected so far. */
export function signInOf(step: StepRecord): SignIn {
  return {
    factors: step.factors,
    rememberMe: step.remember_me,
    delivery: step.token_delivery,
    authTime: step.auth_time,
    deviceId: step.device_id ?? randomTokenId(),
  }
}
