/** English. The documented sentences are the product's own. */
import type { Texts } from './texts.ts'

export const en: Texts = {
  refusals: {
    validation_failed: {
      title: 'The request is not valid',
      detail: 'Correct the fields listed in errors and send it again.',
    },
    malformed_request: { title: 'The request is not HTTP', detail: 'Send a well-formed HTTP/1.1 request.' },
    malformed_json: { title: 'The body is not JSON', detail: 'Send one well-formed JSON object, encoded in UTF-8.' },
    invalid_cursor: { title: 'The cursor is not valid', detail: 'Start again without a cursor.' },
    invalid_code: {
      title: 'The code is not right',
      detail: 'Enter the current code of your authenticator app, or an unused backup code.',
    },
    password_mismatch: { title: 'The passwords do not match', detail: 'Enter the same password in both fields.' },
    password_too_short: { title: 'The password is too short', detail: 'Use at least 8 characters.' },
    password_too_long: { title: 'The password is too long', detail: 'Use at most 128 characters.' },
    password_breached: {
      title: 'The password is too common',
      detail: 'It is on the list of passwords known from data breaches. Choose another one.',
    },
    password_personal: {
      title: 'The password is too personal',
      detail: 'It is little more than your e-mail address, your name or the name of the product. Choose another one.',
    },
    password_unchanged: {
      title: 'The password is the old one',
      detail: 'Choose a password that differs from the current one.',
    },
    reset_link_invalid: {
      title: 'The link is not valid',
      detail: 'It has expired or was used already. Request a new reset link.',
    },
    email_link_invalid: {
      title: 'The link is not valid',
      detail: 'It has expired or was used already. Request the change of address again.',
    },
    unknown_role: { title: 'Unknown role', detail: 'Use only roles from the list of roles.' },
    ambiguous_credentials: {
      title: 'Two credentials in one call',
      detail: 'Send either an access token or an API key, once.',
    },
    unsupported_grant_type: { title: 'Unsupported grant type', detail: 'Send grant_type=client_credentials.' },
    invalid_scope: {
      title: 'The scope is not valid',
      detail: 'Ask only for permissions that the API key has at this moment, separated by spaces.',
    },
    unsupported_token_type: {
      title: 'A token of this kind cannot be revoked by itself',
      detail: 'Revoke or regenerate the API key that it was issued for.',
    },
    invalid_credentials: {
      title: 'Invalid email or password',
      detail: 'Check both and try again, or reset the password.',
    },
    access_token_missing: { title: 'Sign-in is needed', detail: 'Send an access token: Authorization: Bearer …' },
    access_token_invalid: { title: 'The access token is not valid', detail: 'Sign in again.' },
    access_token_expired: { title: 'The access token has expired', detail: 'Refresh once, then send the call again.' },
    session_ended: { title: 'The session has ended', detail: 'Sign in again.' },
    step_token_invalid: { title: 'This step of the sign-in is over', detail: 'Start again at sign-in.' },
    invalid_refresh_token: { title: 'The session cannot be refreshed', detail: 'Sign in.' },
    api_key_missing: { title: 'An API key is needed', detail: 'Send it in the header X-API-Key.' },
    api_key_invalid: {
      title: 'The API key is not valid',
      detail: 'Check the key, its expiry and from where it may be used, or ask an administrator for another one.',
    },
    wrong_password: { title: 'The password is not right', detail: 'Enter your current password.' },
    account_inactive: { title: 'The account is deactivated', detail: 'Ask an administrator to activate it.' },
    account_locked: {
      title: 'The account is locked',
      detail:
        'Too many attempts have failed. Reset the password by e-mail, or ask an administrator to unlock the account.',
    },
    two_factor_locked: {
      title: 'Two-factor authentication is locked',
      detail:
        'Too many wrong codes were entered. Ask an administrator to unlock the account or to reset its two-factor authentication.',
    },
    permission_required: {
      title: 'A permission is missing',
      detail: 'Ask an administrator for the permission named in permission.',
    },
    forbidden: { title: 'Not allowed', detail: 'This belongs to someone else, or goes beyond your own permissions.' },
    people_only: {
      title: 'This call is for people',
      detail: 'Services cannot make it. Sign in as a user and send that access token.',
    },
    origin_not_allowed: {
      title: 'The origin is not allowed',
      detail: 'Calls with the refresh cookie may come only from the origins of the front ends (CORS_ORIGINS).',
    },
    reauthentication_required: {
      title: 'Please confirm your password',
      detail: 'You signed in more than 15 minutes ago. Send your password with the call.',
    },
    impersonation_not_allowed: {
      title: 'Not while acting as someone else',
      detail: 'End the impersonation and make this call as yourself.',
    },
    not_found: { title: 'Not found', detail: 'There is nothing at this address.' },
    account_not_found: {
      title: 'No account found with that email address',
      detail: 'Check the address, or ask an administrator.',
    },
    method_not_allowed: { title: 'Method not allowed', detail: 'Use one of the methods in the Allow header.' },
    request_timeout: { title: 'The request took too long', detail: 'Send the whole request within 15 seconds.' },
    two_factor_already_enabled: {
      title: 'Two-factor authentication is already on',
      detail: 'Switch it off first, or go on using it.',
    },
    two_factor_not_enabled: { title: 'Two-factor authentication is off', detail: 'Enable it first.' },
    two_factor_not_pending: {
      title: 'No enrolment is waiting for a code',
      detail: 'Start with the call that enables two-factor authentication.',
    },
    two_factor_required: {
      title: 'Two-factor authentication is required',
      detail: 'Your organisation demands it for your roles, so it cannot be switched off.',
    },
    email_taken: { title: 'The email address is taken', detail: 'Another account uses it. Choose another address.' },
    own_account: {
      title: 'This is your own account',
      detail: 'Ask another administrator to do this. Your own email address changes in your profile.',
    },
    last_admin: { title: 'This is the last administrator', detail: 'Make another active administrator first.' },
    user_has_logged_in: {
      title: 'The user has signed in already',
      detail: 'The welcome email is only for users who have never signed in.',
    },
    role_exists: { title: 'The role exists already', detail: 'Choose another name.' },
    role_in_use: { title: 'The role is in use', detail: 'Take it from its users first.' },
    role_built_in: { title: 'The role is built in', detail: 'Built-in roles cannot be changed in this way.' },
    api_key_inactive: {
      title: 'The API key is no longer active',
      detail: 'Create another key; one that has only expired can be extended first.',
    },
    cursor_gone: { title: 'The cursor is from another database', detail: 'Start again without it.' },
    version_conflict: { title: 'Someone else has changed this', detail: 'Fetch it again and repeat your change.' },
    body_too_large: { title: 'The body is too large', detail: 'Send at most 64 KiB.' },
    unsupported_media_type: {
      title: 'Unsupported media type',
      detail: 'Send the body as application/json; the OAuth calls take application/x-www-form-urlencoded.',
    },
    too_many_attempts: {
      title: 'Too many attempts',
      detail: 'Wait for the number of seconds in Retry-After, then try again.',
    },
    headers_too_large: {
      title: 'The headers are too large',
      detail: 'Send at most 16 KiB of headers, the URL included.',
    },
    internal_error: {
      title: 'Something went wrong',
      detail: 'It has been logged. Try again; if it happens again, report the request_id.',
    },
    overloaded: {
      title: 'The service is busy',
      detail: 'Wait for the number of seconds in Retry-After, then try again.',
    },
    unavailable: {
      title: 'The service is not available',
      detail: 'Wait for the number of seconds in Retry-After, then try again.',
    },
  },
  faults: {
    required: 'is required',
    unknown: 'is not a known field',
    blank: 'must not be blank',
    invalid: 'is not valid',
    type: (types) => `must be of type ${types}`,
    oneOf: (values) => `must be one of ${values}`,
    constant: (value) => `must be ${value}`,
    minLength: (limit) => `must have at least ${limit} characters`,
    maxLength: (limit) => `must have at most ${limit} characters`,
    minimum: (limit) => `must be at least ${limit}`,
    maximum: (limit) => `must be at most ${limit}`,
    minItems: (limit) => `must have at least ${limit} entries`,
    maxItems: (limit) => `must have at most ${limit} entries`,
    uniqueItems: 'must not have the same entry twice',
    format: (format) => `must be a valid ${format}`,
    future: 'must lie in the future',
    address: 'must be an IP address or a network like 10.0.0.0/8 or 2001:db8::/32',
    notWithStepToken: 'must be left out with a step token',
    missing: (name) => `names "${name}", which does not exist`,
    controlCharacters: 'must not hold control characters',
    roleName: 'must be made of lower-case letters without accents, digits and . _ - only',
    permissionName: 'must be made of lower-case letters without accents, digits and . _ - : only, and not be "admin"',
  },
  messages: {
    two_factor_enabled: 'Two-factor authentication is on.',
    two_factor_disabled: 'Two-factor authentication is off.',
    password_changed: 'The password has been changed.',
    password_reset: 'Password has been reset successfully',
    reset_instructions_sent: 'Reset instructions have been sent to your email',
    email_change_requested: 'A confirmation link has been sent to the new address.',
    email_changed: 'The email address has been changed.',
    temporary_password_set: (name) =>
      `Temporary password for ${name}. Pass it on by a secure channel, not by email; it must be changed at the next sign-in.`,
    two_factor_reset: (name) =>
      `${name} can now sign in with only their password. They can turn two-factor authentication on again in their user settings.`,
    welcome_email_queued: (email) => `The welcome email to ${email} is on its way.`,
    account_unlocked: (name) => `${name} can try to sign in again.`,
  },
  mails: {
    greeting: (firstName) => `Hello ${firstName},`,
    support: (email, phone) => `Questions? Contact support: ${[email, phone].filter(Boolean).join(' · ')}`,
    copyLink: 'If the button does not work, copy this link into your browser:',
    welcome: {
      subject: 'Welcome to OmniCRM',
      intro: 'An account has been created for you in OmniCRM.',
      userName: (email) => `You sign in with your email address: ${email}`,
      setPassword: 'Choose your password with the link below, then sign in with it.',
      setPasswordButton: 'Set your password',
      linkExpires: 'This link expires in 7 days.',
      signIn: 'Sign in with the password that you already have.',
      signInButton: 'Sign in',
    },
    password_reset: {
      subject: 'Reset your OmniCRM password',
      intro:
        'You have requested a password reset for your OmniCRM account. Click the link below to reset your password:',
      button: 'Reset password',
      linkExpires: 'This link expires in 1 hour.',
      ignore: 'If you did not request this, ignore this email.',
    },
    password_changed: {
      subject: 'Your OmniCRM password has been changed',
      intro: 'The password of your OmniCRM account has just been changed.',
      notYou: 'If this was not you, reset your password at once and contact support.',
    },
    email_change: {
      subject: 'Confirm your new email address for OmniCRM',
      intro:
        'This address was given as the new email address of an OmniCRM account. Click the link below to confirm it:',
      button: 'Confirm address',
      linkExpires: 'This link expires in 1 hour.',
      ignore: 'If you did not request this, ignore this email.',
    },
    email_change_requested: {
      subject: 'A new email address was given for your OmniCRM account',
      intro: (newEmail) =>
        `The email address of your OmniCRM account will be ${newEmail} once the link that was sent there is opened. Until then nothing changes.`,
      notYou: 'If this was not you, reset your password at once: that also voids the link. Then contact support.',
    },
    email_changed: {
      subject: 'The email address of your OmniCRM account has been changed',
      intro: (newEmail) =>
        `The email address of your OmniCRM account is now ${newEmail}. This address no longer signs in.`,
      notYou: 'If this was not you, contact support at once.',
    },
    notice: {
      time: (time) => `Time: ${time}`,
      address: (address) => `Address: ${address}`,
      program: (program) => `Browser or app: ${program}`,
      notYou: 'If this was not you, reset your password at once and contact support.',
      notAsked: 'An administrator did this. If you did not ask for it, contact support at once.',
      about: {
        new_device: {
          subject: 'New sign-in to your OmniCRM account',
          intro: 'Your OmniCRM account was signed in to from a browser or app that has not been used with it before.',
        },
        two_factor_enabled: {
          subject: 'Two-factor authentication is on for your OmniCRM account',
          intro: 'Two-factor authentication has just been turned on for your OmniCRM account.',
        },
        two_factor_disabled: {
          subject: 'Two-factor authentication is off for your OmniCRM account',
          intro:
            'Two-factor authentication has just been turned off for your OmniCRM account. Signing in now takes only the password.',
        },
        two_factor_reset: {
          subject: 'Two-factor authentication of your OmniCRM account has been reset',
          intro:
            'Two-factor authentication has been turned off for your OmniCRM account. You can now sign in with only your password, and turn it on again in your user settings.',
        },
        backup_codes_regenerated: {
          subject: 'New backup codes for your OmniCRM account',
          intro: 'New backup codes have been made for your OmniCRM account. The old ones no longer work.',
        },
        backup_code_used: {
          subject: 'A backup code of your OmniCRM account has been used',
          intro: 'Your OmniCRM account was signed in to with a backup code. The code cannot be used again.',
        },
        temporary_password: {
          subject: 'Your OmniCRM account has a temporary password',
          intro:
            'The password of your OmniCRM account has been replaced by a temporary one. You will be given it in another way, and choose a new password when you sign in with it.',
        },
      },
    },
  },
}
