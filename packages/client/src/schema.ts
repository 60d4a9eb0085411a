/** Written from openapi.yaml by `npm run openapi`. */
export interface paths {
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with e-mail and password
         * @description Answers with the outcome: `authenticated`, or the step that comes next. An unknown account and a wrong password get the same answer.
         *
         *     After a few failures each further one makes the next try wait (429 with `Retry-After`), and after 100 in a row none is heard (403 `account_locked`, for unknown addresses alike) until a mailed reset, an administrator or the command line releases the account. A browser that has signed in to the account before is known by the cookie `omnicrm_device` (HttpOnly, SameSite=Strict, 180 days, set with a right password unless `token_delivery` is `body`): strangers' failures do not hold it up; it has a count of its own, and is a stranger again after 10 failures in a row.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange the refresh token for new tokens
         * @description A session rotates its refresh token at most once in 10 seconds: within them the previous and the current token both give the current one, so a lost answer or a parallel tab signs nobody out. An older token is reuse and ends the session. Call it on page load; 401 means: show sign-in.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the session of the refresh token, in the body or else in the cookie, and that of the bearer access token: mostly the same. Answers 204 also when already signed out. Clears the cookie. The access token of an impersonation, without a refresh token in the body, ends only that: the cookie is neither read nor cleared.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your sessions
         * @description The standing sessions of the caller, last used first.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * End all your other sessions
         * @description Ends every session of the caller but the one that makes this call.
         */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Ends a session of the caller, also the one that makes this call.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I?
         * @description The signed-in user, with the roles and permissions of this moment.
         */
        get: operations["readMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Edit your profile
         * @description Changes names, telephone number or language; fields left out stay as they are.
         */
        patch: operations["editMe"];
        trace?: never;
    };
    "/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a reset link mailed
         * @description Works also before a password is set and with a temporary one. While the last link has half an hour or more left, the same link is sent again. The answer never waits for the mail. With `ACCOUNT_ENUMERATION=conceal` an unknown address gets the same answer as a known one.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password/reset/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at a reset link
         * @description Never uses it up: mail scanners open links. Expired, used and made-up links get one answer.
         */
        post: operations["checkResetLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a password by a link
         * @description Kills every link of the user, ends all sessions, clears a forced change. The second factor is asked for at the next sign-in as ever. A refused password leaves the link usable. Releases a locked account, and makes this browser known to it (cookie `omnicrm_device`) in place of those before, so that the sign-in is heard though strangers go on guessing.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password
         * @description With an access token: needs `current_password`; all other sessions end, this one goes on. With the step token of `password_change_required`: the answer is the next outcome of the sign-in.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/email/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a new e-mail address
         * @description Mails a link to the new address (1 hour, one use), and tells the old one, whose owner can void it by a reset of the password. The address changes when the link is opened. A newer request voids the older link.
         */
        post: operations["changeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/email/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a new e-mail address
         * @description With the token of the link. The old address is told.
         */
        post: operations["confirmEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/2fa/enable/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin enrolment
         * @description Makes a secret and backup codes. They open nothing until `verify-setup` confirms them; calling again replaces them. `user_id` must be your own.
         */
        post: operations["enableTwoFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/2fa/verify-setup/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm enrolment with a code
         * @description Switches two-factor authentication on and ends all other sessions. With a step token the answer is the next outcome of the sign-in.
         */
        post: operations["confirmTwoFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/2fa/verify/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The second factor of a sign-in
         * @description Takes the step token of `two_factor_required` and the current code, or a backup code. A wrong code leaves the step usable until the fifth. After 100 wrong codes in a row none is heard (403 `two_factor_locked`) until an administrator unlocks the account or resets its second factor.
         */
        post: operations["verifyTwoFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/2fa/backup-codes/regenerate/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New backup codes
         * @description Makes eight new codes; all old ones are dead. Send the password when you signed in more than 15 minutes ago.
         */
        post: operations["regenerateBackupCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/2fa/status/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is it on?
         * @description The state of two-factor authentication for the caller.
         */
        get: operations["readTwoFactorStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/2fa/disable/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch it off
         * @description Needs the password and a code. Ends all other sessions.
         */
        post: operations["disableTwoFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Search, filter and sort; pages by cursor, which miss nobody and show nobody twice while users come and go.
         *
         *     Needs the permission `view_user`.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Create a user
         * @description The account has no password; the welcome mail carries the link that sets one (7 days).
         *
         *     Needs the permission `create_user`.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description One user, with the `ETag` for an edit.
         *
         *     Needs the permission `view_user`.
         */
        get: operations["readUser"];
        put?: never;
        post?: never;
        /**
         * Delete a user
         * @description Account, credentials, 2FA settings and sessions are gone for good. Audit events stay; customer data lives elsewhere and is not touched.
         *
         *     Needs the permission `delete_user`.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Edit a user
         * @description Fields left out stay as they are. The e-mail also needs `reset_user_password`; changing it kills links and step tokens, tells the old address, and sends a welcome mail whose link was still open to the new one. Your own address you change by `POST /auth/email/change`. Deactivating ends all sessions. Send `If-Match` to refuse overwriting what someone else has changed.
         *
         *     Needs the permission `edit_user`.
         */
        patch: operations["editUser"];
        trace?: never;
    };
    "/admin/users/{id}/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a temporary password
         * @description Shown once, readable aloud, 72 hours. It opens only the step that changes it, for 10 more minutes from its first use. Ends all sessions of the user.
         *
         *     Needs the permission `reset_user_password`.
         */
        post: operations["resetUserPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{id}/reset-2fa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset two-factor authentication
         * @description For someone who has lost both authenticator and backup codes. Check who they are first. Ends all sessions of the user.
         *
         *     Needs the permission `reset_user_2fa`.
         */
        post: operations["resetUserTwoFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{id}/welcome-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the welcome mail
         * @description Sign-in instructions, a link to set a password where there is none (7 days), and whom to ask. Only while the user has never signed in.
         *
         *     Needs the permission `send_welcome_email`.
         */
        post: operations["sendWelcomeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlock an account
         * @description Lifts every wait and lock that failed attempts have put on the account, the second factor included. Not on your own.
         *
         *     Needs the permission `edit_user`.
         */
        post: operations["unlockUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's sessions
         * @description Where the user is signed in, last used first.
         *
         *     Needs the permission `edit_user`.
         */
        get: operations["listUserSessions"];
        put?: never;
        post?: never;
        /**
         * Sign a user out everywhere
         * @description Ends all sessions and sign-ins under way of the user.
         *
         *     Needs the permission `edit_user`.
         */
        delete: operations["endUserSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List roles
         * @description All roles, by name.
         *
         *     Needs the permission `view_user`.
         */
        get: operations["listRoles"];
        put?: never;
        /**
         * Create a role
         * @description With permissions that lie within your own.
         *
         *     Needs the permission `manage_roles`.
         */
        post: operations["createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/roles/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a role
         * @description A role that nobody has.
         *
         *     Needs the permission `manage_roles`.
         */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        /**
         * Edit a role
         * @description Its permissions count for its users at once here, in new access tokens elsewhere. The role `admin` cannot be changed.
         *
         *     Needs the permission `manage_roles`.
         */
        patch: operations["editRole"];
        trace?: never;
    };
    "/admin/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the policy
         * @description Whom policy obliges to two-factor authentication.
         *
         *     Needs the permission `manage_policy`.
         */
        get: operations["readPolicy"];
        /**
         * Change the policy
         * @description Takes effect at the next sign-in or refresh. Never enforced on users whose only role is `customer`.
         *
         *     Needs the permission `manage_policy`.
         */
        put: operations["changePolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is mail working?
         * @description How many mails wait or were given up, when the last one went out, and what went wrong last.
         *
         *     Needs the permission `manage_policy`.
         */
        get: operations["readMailState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events
         * @description Newest first.
         *
         *     Needs the permission `view_audit_log`.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/audit-events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export audit events
         * @description One JSON object a line (NDJSON), newest first, as a stream.
         *
         *     Needs the permission `view_audit_log`.
         */
        get: operations["exportAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Newest first; revoked and expired ones stay listed. The keys themselves are never shown again.
         *
         *     Needs the permission `manage_api_keys`.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key
         * @description With permissions that lie within your own; it loses each of them when you do. Send the key as `X-API-Key` on every call that names a permission, except those on roles, policy and keys, or exchange it at `POST /auth/token`. It looks like `oak_…` and ends in a checksum (CRC-32 in base 62), so that secret scanners recognise it.
         *
         *     Needs the permission `manage_api_keys`.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an API key
         * @description What it may do, and when it was last used.
         *
         *     Needs the permission `manage_api_keys`.
         */
        get: operations["readApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description For good, and at once; here also for its access tokens. It stays listed as `revoked`. Revoking it again changes nothing.
         *
         *     Needs the permission `manage_api_keys`.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        /**
         * Edit an API key
         * @description Fields left out stay as they are; the key itself stays the same. Its permissions must lie within your own, before and after. An expired key can be extended, a revoked one cannot.
         *
         *     Needs the permission `manage_api_keys`.
         */
        patch: operations["editApiKey"];
        trace?: never;
    };
    "/admin/api-keys/{id}/regenerate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace an API key by a new one
         * @description Id, settings and permissions stay; the key is new and shown once. The present one goes on for `overlap_seconds`, so that services can be moved over. From now on the key does what *you* could do, so this is also how to take over the key of someone who has left. After a leak, leave the overlap at 0: every earlier key ends at once, and here the access tokens that were got with it. Services that verify tokens by themselves refuse those of the new key from its first two seconds, too.
         *
         *     Needs the permission `manage_api_keys`.
         */
        post: operations["regenerateApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/impersonate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Act as a user
         * @description Gives an access token of the user for 15 minutes, without a refresh token. Only for users who have no permission that the caller lacks, and not while impersonating. The user sees it among their sessions and can end it; it ends with the caller's session, by `POST /auth/logout` with its token, and when the caller impersonates again. While it lasts, calls on passwords, e-mail, two-factor authentication, sessions and the administration are refused. The audit trail names both.
         *
         *     Needs the permission `can_impersonate`.
         */
        post: operations["impersonate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what has been revoked
         * @description Access tokens that must no longer be accepted, oldest first: of sessions that have ended, and of users who were signed out everywhere, and of API keys. Ask every two seconds; what was revoked is here within about a second. After an answer with items ask again at once, without items later. Without `after` it begins 20 minutes back, so that nothing is missed that could still be alive. An item may come more than once. After 410 begin without `after`, and keep what is known. A revocation can be forgotten once an access token of that time has expired: 15 minutes, and what the clocks may differ.
         */
        get: operations["listRevocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check an access token, for a reverse proxy
         * @description For nginx's `auth_request`, Traefik's `ForwardAuth` and their like: 204 and headers about the bearer as of this moment, or 401. `X-User-Id`, `X-User-Roles`, `X-User-Permissions` (lists separated by commas; characters beyond letters, digits and `_ . : -` are percent-encoded). An API key's token has no user: it comes with `X-Client-Id`, the key's id, and without `X-User-Id`. With `X-Actor-Id` someone acts as the user. Only `Authorization: Bearer …` is read.
         */
        get: operations["checkAccessToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange an API key for an access token
         * @description The client credentials grant (RFC 6749, 4.4): the client id is the `id` of the API key, the client secret the key itself, by HTTP Basic or in the form (or the key alone as `X-API-Key`). The access token lives 15 minutes, and no longer than the key. `sub` and `client_id` are the id of the key; it has no `sid` and no roles. Here it opens what the key opens. Refusals carry `error` and `error_description` beside the members of a problem, as `application/json`.
         */
        post: operations["issueToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask whether a token is good at this moment
         * @description Token introspection (RFC 7662) of access and refresh tokens. An ended session, a deactivated user, a revoked key count at once; roles, permissions and `amr` are those of this moment, not those of when the token was issued. Anything unusable is `{ "active": false }`. The service says who it is by `X-API-Key`, HTTP Basic or in the form; it needs no permission. A look at a refresh token does not use it.
         */
        post: operations["introspectToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a token
         * @description Token revocation (RFC 7009): ends the session of an access or refresh token, and with it all its tokens. Whoever holds the token may do so; an API key is checked if one comes along. 200 also for what is no token, or none any more. An API key's access token ends with its key: revoke or regenerate that.
         */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keys that verify access tokens
         * @description A JSON Web Key Set. Keep it for 5 minutes; fetch it again for an unknown `kid`.
         */
        get: operations["readKeySet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metadata of this authorization server
         * @description By RFC 8414. The same document stands wherever middlewares look for it.
         */
        get: operations["readMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/openid-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metadata of this authorization server
         * @description By RFC 8414. The same document stands wherever middlewares look for it.
         */
        get: operations["readMetadata2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive?
         * @description Asks nothing but the process.
         */
        get: operations["readLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Should it get traffic?
         * @description The database answers, its schema is one that this release can serve, the signing key is usable, and the service is not stopping.
         */
        get: operations["readReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the service counts
         * @description In the text format of Prometheus, without any personal data. `METRICS=off` switches it off, `OPS_PORT` moves it to another port.
         */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A refusal (RFC 9457). */
        Problem: {
            /** @description A URI for the kind of problem. */
            type: string;
            /** @description What is wrong, in the language of Accept-Language. */
            title: string;
            status: number;
            /** @description What to do about it. */
            detail: string;
            /**
             * @description Stable; branch on this.
             * @enum {string}
             */
            code: "validation_failed" | "malformed_request" | "malformed_json" | "invalid_cursor" | "invalid_code" | "password_mismatch" | "password_too_short" | "password_too_long" | "password_breached" | "password_personal" | "password_unchanged" | "reset_link_invalid" | "email_link_invalid" | "unknown_role" | "ambiguous_credentials" | "unsupported_grant_type" | "invalid_scope" | "unsupported_token_type" | "invalid_credentials" | "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "step_token_invalid" | "invalid_refresh_token" | "api_key_missing" | "api_key_invalid" | "wrong_password" | "account_inactive" | "account_locked" | "two_factor_locked" | "permission_required" | "forbidden" | "people_only" | "origin_not_allowed" | "reauthentication_required" | "impersonation_not_allowed" | "not_found" | "account_not_found" | "method_not_allowed" | "request_timeout" | "two_factor_already_enabled" | "two_factor_not_enabled" | "two_factor_not_pending" | "two_factor_required" | "email_taken" | "own_account" | "last_admin" | "user_has_logged_in" | "role_exists" | "role_in_use" | "role_built_in" | "api_key_inactive" | "cursor_gone" | "version_conflict" | "body_too_large" | "unsupported_media_type" | "too_many_attempts" | "headers_too_large" | "internal_error" | "overloaded" | "unavailable";
            /** @description Names this request in the logs. */
            request_id: string;
            /** @description With `validation_failed` and `unknown_role`: each field that is wrong. */
            errors?: {
                /** @example /email */
                path: string;
                message: string;
            }[];
            /** @description With `invalid_code`: codes that may still be tried in this step. */
            attempts_left?: number;
            /** @description With `permission_required`: the permission that is missing. */
            permission?: string;
        };
        User: {
            /** @description The user id: a positive integer, never reused. */
            id: number;
            email: string;
            first_name: string;
            last_name: string;
            phone: string | null;
            /** @description The language of mails to this user: `en`, `fr`, `es` or `ar`. */
            locale: string;
            active: boolean;
            roles: string[];
            /** @description What the roles give; `admin` implies every other. */
            permissions: string[];
            two_factor_enabled: boolean;
            /** @description Finished sign-ins. */
            login_count: number;
            /**
             * Format: date-time
             * @description The last finished sign-in.
             */
            last_login_at: string | null;
            /**
             * Format: date-time
             * @description When the account was made.
             */
            created_at: string;
        };
        AdminUser: {
            /** @description The user id: a positive integer, never reused. */
            id: number;
            email: string;
            first_name: string;
            last_name: string;
            phone: string | null;
            /** @description The language of mails to this user: `en`, `fr`, `es` or `ar`. */
            locale: string;
            active: boolean;
            roles: string[];
            /** @description What the roles give; `admin` implies every other. */
            permissions: string[];
            two_factor_enabled: boolean;
            /** @description Finished sign-ins. */
            login_count: number;
            /**
             * Format: date-time
             * @description The last finished sign-in.
             */
            last_login_at: string | null;
            /**
             * Format: date-time
             * @description When the account was made.
             */
            created_at: string;
            /** @description What applies to this user now and is open to this caller: show these icons. */
            actions: ("edit" | "delete" | "reset_password" | "reset_2fa" | "send_welcome_email" | "unlock")[];
            /** @description Wrong passwords or codes hold this account up. */
            locked: boolean;
            /**
             * Format: date-time
             * @description When the wait ends by itself; null with `locked`: only when someone unlocks it.
             */
            locked_until: string | null;
            /** @enum {string} */
            password_state: "none" | "temporary" | "set";
            /** @description The ETag: bumped by edits only. */
            version: number;
        };
        Role: {
            name: string;
            description: string;
            permissions: string[];
            built_in: boolean;
            user_count: number;
            /** @description This caller may give it to a user. */
            assignable: boolean;
        };
        ApiKey: {
            /**
             * Format: uuid
             * @description Stays the same when the key is regenerated; the `client_id` of its access tokens.
             */
            id: string;
            name: string;
            description: string;
            /**
             * @description The beginning of the key, to tell it from others.
             * @example oak_x7Qm…
             */
            masked: string;
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            /** @description What it was given. */
            permissions: string[];
            /** @description What it may do now: of its permissions those that whoever issued it still holds. None when they are deactivated or deleted. */
            effective_permissions: string[];
            /** @description From where it may be used; empty: from everywhere. */
            allowed_addresses: string[];
            /** @description The user who made it. */
            created_by: number;
            /** @description The user who has seen the present secret: who made the key or regenerated it last. */
            issued_by: number;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description From when on it opens nothing; null: never.
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description When it was revoked.
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description Until when the key before the last regeneration goes on.
             */
            previous_valid_until: string | null;
            /**
             * Format: date-time
             * @description The last use, up to a minute late.
             */
            last_used_at: string | null;
            /** @description From where. */
            last_used_ip: string | null;
        };
        AuditEvent: {
            id: number;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @enum {string} */
            type: "sign_in" | "sign_in_step" | "second_factor" | "password_check" | "attempts_throttled" | "account_locked" | "device_forgotten" | "refresh_token_reuse" | "session_ended" | "sign_out" | "password_changed" | "password_reset_requested" | "password_reset" | "email_change_requested" | "email_changed" | "two_factor_enrolment_started" | "two_factor_enabled" | "two_factor_disabled" | "backup_codes_regenerated" | "profile_changed" | "user_created" | "user_imported" | "users_imported" | "user_edited" | "user_deleted" | "two_factor_reset" | "account_unlocked" | "welcome_email_queued" | "sessions_ended_by_admin" | "role_created" | "role_edited" | "role_deleted" | "policy_changed" | "audit_exported" | "api_key_created" | "api_key_edited" | "api_key_regenerated" | "api_key_revoked" | "api_key_used" | "api_key_refused" | "access_token_issued" | "temporary_password_set" | "password_voided" | "impersonation_started" | "audit_verified" | "audit_retention_applied" | "signing_key_created" | "signing_key_retired" | "signing_key_withdrawn" | "secret_key_added" | "secrets_re_encrypted" | "instance_created";
            /** @enum {string} */
            outcome: "success" | "failure";
            actor: {
                /** @enum {string} */
                kind: "user" | "api_key" | "cli" | "system" | "anonymous";
                id: string | null;
            };
            /** @description The user id that it is about. */
            subject: number | null;
            session_id: string | null;
            ip: string | null;
            user_agent: string | null;
            request_id: string | null;
            details: {
                [key: string]: unknown;
            };
        };
        Session: {
            /**
             * Format: uuid
             * @description The `sid` of its access tokens.
             */
            id: string;
            /** @description The session that made this call. */
            current: boolean;
            /** @description Where it was opened from. */
            ip: string | null;
            user_agent: string | null;
            /**
             * Format: date-time
             * @description When it was opened.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The last refresh.
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description When it ends unless it is used before.
             */
            expires_at: string;
            remember_me: boolean;
            /** @description Someone else acts as the user: the user id of who does. Absent otherwise. */
            impersonated_by?: number;
        };
        /** @description The user is signed in. */
        Authenticated: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "authenticated";
            /** @description A JWT by RFC 9068. Send it as `Authorization: Bearer …`. */
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            /** @description Seconds until the access token expires. */
            expires_in: number;
            /** @description Opaque. Absent with `token_delivery: "cookie"`. */
            refresh_token?: string;
            /** @description Seconds until the session ends unless it is refreshed. */
            refresh_expires_in: number;
            /**
             * @description Where the front end goes now.
             * @example /customers
             */
            redirect_to: string;
            user: components["schemas"]["User"];
        };
        /** @description Show the 2FA screen; the code goes to `POST /2fa/verify/user/{user_id}`. To cancel, forget the token. */
        TwoFactorRequired: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "two_factor_required";
            /** @description The user id: a positive integer, never reused. */
            user_id: number;
            /** @description Opens this step once. Send it as `Authorization: Bearer …`. It is no access token. */
            step_token: string;
            /** @description Seconds until the step token expires. */
            expires_in: number;
            methods: ("totp" | "backup_code")[];
        };
        /** @description Show the "change password" screen; the new password goes to `POST /auth/password/change`. */
        PasswordChangeRequired: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "password_change_required";
            /** @description The user id: a positive integer, never reused. */
            user_id: number;
            /** @description Opens this step once. Send it as `Authorization: Bearer …`. It is no access token. */
            step_token: string;
            /** @description Seconds until the step token expires. */
            expires_in: number;
        };
        /** @description Show the 2FA enrolment; it starts at `POST /2fa/enable/user/{user_id}`. */
        TwoFactorSetupRequired: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "two_factor_setup_required";
            /** @description The user id: a positive integer, never reused. */
            user_id: number;
            /** @description Opens this step once. Send it as `Authorization: Bearer …`. It is no access token. */
            step_token: string;
            /** @description Seconds until the step token expires. */
            expires_in: number;
        };
        /** @description How far the sign-in has come. Branch on `status`. */
        SignInOutcome: components["schemas"]["Authenticated"] | components["schemas"]["TwoFactorRequired"] | components["schemas"]["PasswordChangeRequired"] | components["schemas"]["TwoFactorSetupRequired"];
        Message: {
            /** @description For people, in the language of Accept-Language. */
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Problem = components['schemas']['Problem'];
export type User = components['schemas']['User'];
export type AdminUser = components['schemas']['AdminUser'];
export type Role = components['schemas']['Role'];
export type ApiKey = components['schemas']['ApiKey'];
export type AuditEvent = components['schemas']['AuditEvent'];
export type Session = components['schemas']['Session'];
export type Authenticated = components['schemas']['Authenticated'];
export type TwoFactorRequired = components['schemas']['TwoFactorRequired'];
export type PasswordChangeRequired = components['schemas']['PasswordChangeRequired'];
export type TwoFactorSetupRequired = components['schemas']['TwoFactorSetupRequired'];
export type SignInOutcome = components['schemas']['SignInOutcome'];
export type Message = components['schemas']['Message'];
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "jane.doe@example.com",
                 *       "password": "correct horse battery",
                 *       "remember_me": true,
                 *       "token_delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The e-mail address. Case and surrounding spaces do not count.
                     * @example jane.doe@example.com
                     */
                    email: string;
                    /** @description Any length; one that is too long is simply not right. */
                    password: string;
                    /**
                     * @description Keep the session for 30 days. Without effect where `REMEMBER_ME=off`; `refresh_expires_in` tells.
                     * @default false
                     */
                    remember_me?: boolean;
                    /**
                     * @description How the refresh token is handed over. Browser front ends send `cookie`: no script ever sees it then.
                     * @default both
                     * @enum {string}
                     */
                    token_delivery?: "both" | "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description How far the sign-in has come. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInOutcome"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `invalid_credentials`: Invalid email or password. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_credentials";
                    };
                };
            };
            /** @description `account_inactive`: The account is deactivated. `account_locked`: The account is locked. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_inactive" | "account_locked";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `overloaded`: The service is busy. `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Wins over the cookie. Left out: the cookie is read. */
                    refresh_token?: string;
                };
            };
        };
        responses: {
            /** @description New tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authenticated"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `invalid_refresh_token`: The session cannot be refreshed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_refresh_token";
                    };
                };
            };
            /** @description `origin_not_allowed`: The origin is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "origin_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Wins over the cookie. Left out: the cookie is read. */
                    refresh_token?: string;
                };
            };
        };
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `origin_not_allowed`: The origin is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "origin_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        /** @description Always null: a user has at most 100 sessions. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The others have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of the session. */
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    editMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "phone": "+44 20 7946 0958",
                 *       "locale": "fr"
                 *     }
                 */
                "application/json": {
                    /** @description Not blank, without control characters. */
                    first_name?: string;
                    /** @description Not blank, without control characters. */
                    last_name?: string;
                    /** @description As people write it; null removes it. */
                    phone?: string | null;
                    /**
                     * @description The language of mails.
                     * @enum {string}
                     */
                    locale?: "en" | "fr" | "es" | "ar";
                };
            };
        };
        responses: {
            /** @description The user as changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "jane.doe@example.com"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The e-mail address. Case and surrounding spaces do not count.
                     * @example jane.doe@example.com
                     */
                    email: string;
                };
            };
        };
        responses: {
            /** @description On its way. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `account_not_found`: No account found with that email address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_not_found";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    checkResetLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "opl_AQNrMQAAAAAAAA…"
                 *     }
                 */
                "application/json": {
                    /** @description The last part of the mailed link. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description It works. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        valid: true;
                        /**
                         * Format: date-time
                         * @description When the link stops working.
                         */
                        expires_at: string;
                    };
                };
            };
            /** @description `reset_link_invalid`: The link is not valid. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "reset_link_invalid" | "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "opl_AQNrMQAAAAAAAA…",
                 *       "new_password": "correct horse battery",
                 *       "confirm_password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /** @description The last part of the mailed link. */
                    token: string;
                    /** @description 8 to 128 characters; no rules on their kind. Not the own e-mail or name, not the name of the product, and not among the most common breached passwords. */
                    new_password: string;
                    /** @description 8 to 128 characters; no rules on their kind. Not the own e-mail or name, not the name of the product, and not among the most common breached passwords. */
                    confirm_password: string;
                };
            };
        };
        responses: {
            /** @description Set; go to sign-in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `reset_link_invalid`: The link is not valid. `password_mismatch`: The passwords do not match. `password_too_short`: The password is too short. `password_too_long`: The password is too long. `password_breached`: The password is too common. `password_personal`: The password is too personal. `password_unchanged`: The password is the old one. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "reset_link_invalid" | "password_mismatch" | "password_too_short" | "password_too_long" | "password_breached" | "password_personal" | "password_unchanged" | "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `overloaded`: The service is busy. `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Leave `current_password` out with a step token. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "current_password": "kx7f-2rha-w9ct-e4gs",
                 *       "new_password": "correct horse battery",
                 *       "confirm_password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /** @description The current password. */
                    current_password?: string;
                    /** @description 8 to 128 characters; no rules on their kind. Not the own e-mail or name, not the name of the product, and not among the most common breached passwords. */
                    new_password: string;
                    /** @description 8 to 128 characters; no rules on their kind. Not the own e-mail or name, not the name of the product, and not among the most common breached passwords. */
                    confirm_password: string;
                };
            };
        };
        responses: {
            /** @description Changed; with a step token, how far the sign-in has come. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"] | components["schemas"]["SignInOutcome"];
                };
            };
            /** @description `password_mismatch`: The passwords do not match. `password_too_short`: The password is too short. `password_too_long`: The password is too long. `password_breached`: The password is too common. `password_personal`: The password is too personal. `password_unchanged`: The password is the old one. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "password_mismatch" | "password_too_short" | "password_too_long" | "password_breached" | "password_personal" | "password_unchanged" | "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `step_token_invalid`: This step of the sign-in is over. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "step_token_invalid";
                    };
                };
            };
            /** @description `wrong_password`: The password is not right. `account_locked`: The account is locked. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "wrong_password" | "account_locked" | "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `overloaded`: The service is busy. `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "new_email": "jane.smith@example.com",
                 *       "password": "current_password"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The e-mail address. Case and surrounding spaces do not count.
                     * @example jane.doe@example.com
                     */
                    new_email: string;
                    /** @description The current password. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The link is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `wrong_password`: The password is not right. `account_locked`: The account is locked. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "wrong_password" | "account_locked" | "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `email_taken`: The email address is taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "email_taken";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `overloaded`: The service is busy. `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    confirmEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "oel_AQRrMQAAAAAAAA…"
                 *     }
                 */
                "application/json": {
                    /** @description The last part of the mailed link. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description Changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `email_link_invalid`: The link is not valid. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "email_link_invalid" | "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `email_taken`: The email address is taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "email_taken";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    enableTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "current_password"
                 *     }
                 */
                "application/json": {
                    /** @description The current password. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description What the authenticator app needs, and the backup codes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Draw it as a QR code for the authenticator app. */
                        provisioning_uri: string;
                        /** @description The same secret in base32, to type in by hand. */
                        secret: string;
                        /** @description Eight codes for one use each, shown only now. */
                        backup_codes: string[];
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `step_token_invalid`: This step of the sign-in is over. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "step_token_invalid";
                    };
                };
            };
            /** @description `wrong_password`: The password is not right. `account_locked`: The account is locked. `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "wrong_password" | "account_locked" | "forbidden" | "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `two_factor_already_enabled`: Two-factor authentication is already on. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "two_factor_already_enabled";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `overloaded`: The service is busy. `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    confirmTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The 6 digits of the authenticator app, or a backup code. Case, spaces and hyphens of a backup code do not count. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description It is on; or, with a step token, how far the sign-in has come. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message: string;
                        /** @enum {boolean} */
                        two_factor_enabled: true;
                    } | components["schemas"]["SignInOutcome"];
                };
            };
            /** @description `invalid_code`: The code is not right. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_code" | "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `step_token_invalid`: This step of the sign-in is over. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "step_token_invalid";
                    };
                };
            };
            /** @description `two_factor_locked`: Two-factor authentication is locked. `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "two_factor_locked" | "forbidden" | "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `two_factor_not_pending`: No enrolment is waiting for a code. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "two_factor_not_pending";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    verifyTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The 6 digits of the authenticator app, or a backup code. Case, spaces and hyphens of a backup code do not count. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description How far the sign-in has come. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInOutcome"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `invalid_code`: The code is not right. `step_token_invalid`: This step of the sign-in is over. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_code" | "step_token_invalid";
                    };
                };
            };
            /** @description `two_factor_locked`: Two-factor authentication is locked. `forbidden`: Not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "two_factor_locked" | "forbidden";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    regenerateBackupCodes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The current password. */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description The new codes, shown only now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Eight codes for one use each, shown only now. */
                        backup_codes: string[];
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `reauthentication_required`: Please confirm your password. `wrong_password`: The password is not right. `account_locked`: The account is locked. `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "reauthentication_required" | "wrong_password" | "account_locked" | "forbidden" | "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `two_factor_not_enabled`: Two-factor authentication is off. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "two_factor_not_enabled";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `overloaded`: The service is busy. `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    readTwoFactorStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        enabled: boolean;
                        /** @description Policy demands it, so it cannot be switched off. */
                        required: boolean;
                        /** @description False for pure customers, whom front ends do not ask to enrol; they may all the same. */
                        show_prompts: boolean;
                        backup_codes_remaining: number;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    disableTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                user_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "current_password",
                 *       "code": "123456"
                 *     }
                 */
                "application/json": {
                    /** @description The current password. */
                    password: string;
                    /** @description The 6 digits of the authenticator app, or a backup code. Case, spaces and hyphens of a backup code do not count. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description It is off. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `invalid_code`: The code is not right. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_code" | "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `wrong_password`: The password is not right. `account_locked`: The account is locked. `two_factor_locked`: Two-factor authentication is locked. `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "wrong_password" | "account_locked" | "two_factor_locked" | "forbidden" | "people_only" | "impersonation_not_allowed";
                    };
                };
            };
            /** @description `two_factor_not_enabled`: Two-factor authentication is off. `two_factor_required`: Two-factor authentication is required. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "two_factor_not_enabled" | "two_factor_required";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `overloaded`: The service is busy. `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Part of a name, e-mail or telephone number. */
                q?: string;
                /** @description Up to 200 ids, separated by commas. */
                ids?: string;
                /** @description Exactly this address. */
                email?: string;
                role?: string;
                active?: boolean;
                two_factor_enabled?: boolean;
                never_logged_in?: boolean;
                /** @description Signed in last before this moment, or never. */
                inactive_since?: string;
                locked?: boolean;
                sort?: "id" | "-id" | "email" | "-email" | "created_at" | "-created_at" | "last_login_at" | "-last_login_at";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AdminUser"][];
                        /** @description Send it as `cursor` for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `invalid_cursor`: The cursor is not valid. `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_cursor" | "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "bob.wilson@example.com",
                 *       "first_name": "Bob",
                 *       "last_name": "Wilson",
                 *       "roles": [
                 *         "customer_service_agent_1"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The e-mail address. Case and surrounding spaces do not count.
                     * @example jane.doe@example.com
                     */
                    email: string;
                    /** @description Not blank, without control characters. */
                    first_name: string;
                    /** @description Not blank, without control characters. */
                    last_name: string;
                    /** @description As people write it; null removes it. */
                    phone?: string | null;
                    roles: string[];
                    /**
                     * @description The language of mails.
                     * @enum {string}
                     */
                    locale?: "en" | "fr" | "es" | "ar";
                    /** @default true */
                    send_welcome_email?: boolean;
                };
            };
        };
        responses: {
            /** @description Created; `Location` tells where. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUser"];
                };
            };
            /** @description `unknown_role`: Unknown role. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_role" | "validation_failed" | "malformed_json" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `email_taken`: The email address is taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "email_taken";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUser"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: {
                /** @description Kept in the audit event. */
                reason?: string;
            };
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `own_account`: This is your own account. `last_admin`: This is the last administrator. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "own_account" | "last_admin";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    editUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you saw; a stale one is refused. */
                "if-match"?: string;
            };
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "phone": "+44 20 7946 0958",
                 *       "roles": [
                 *         "customer_service_agent_1"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The e-mail address. Case and surrounding spaces do not count.
                     * @example jane.doe@example.com
                     */
                    email?: string;
                    /** @description Not blank, without control characters. */
                    first_name?: string;
                    /** @description Not blank, without control characters. */
                    last_name?: string;
                    /** @description As people write it; null removes it. */
                    phone?: string | null;
                    /**
                     * @description The language of mails.
                     * @enum {string}
                     */
                    locale?: "en" | "fr" | "es" | "ar";
                    roles?: string[];
                    active?: boolean;
                };
            };
        };
        responses: {
            /** @description The user as changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUser"];
                };
            };
            /** @description `unknown_role`: Unknown role. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_role" | "validation_failed" | "malformed_json" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `email_taken`: The email address is taken. `own_account`: This is your own account. `last_admin`: This is the last administrator. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "email_taken" | "own_account" | "last_admin";
                    };
                };
            };
            /** @description `version_conflict`: Someone else has changed this. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    resetUserPassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Lost telephone, identity checked in the shop"
                 *     }
                 */
                "application/json": {
                    /** @description Kept in the audit event. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The temporary password. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Shown once. Pass it on by a secure channel. */
                        temporary_password: string;
                        /**
                         * Format: date-time
                         * @description When it stops opening the step that changes it.
                         */
                        expires_at: string;
                        message: string;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `own_account`: This is your own account. `last_admin`: This is the last administrator. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "own_account" | "last_admin";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `overloaded`: The service is busy. `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "unavailable";
                    };
                };
            };
        };
    };
    resetUserTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Lost telephone, identity checked in the shop"
                 *     }
                 */
                "application/json": {
                    /** @description Kept in the audit event. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description It is off. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `own_account`: This is your own account. `two_factor_not_enabled`: Two-factor authentication is off. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "own_account" | "two_factor_not_enabled";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    sendWelcomeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description On its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `user_has_logged_in`: The user has signed in already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_has_logged_in";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    unlockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Lost telephone, identity checked in the shop"
                 *     }
                 */
                "application/json": {
                    /** @description Kept in the audit event. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Unlocked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `own_account`: This is your own account. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "own_account";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    listUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        /** @description Send it as `cursor` for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    endUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user id: a positive integer, never reused. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    listRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The roles. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Role"][];
                        /** @description Send it as `cursor` for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    createRole: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "billing",
                 *       "description": "Invoices",
                 *       "permissions": [
                 *         "view_customer",
                 *         "edit_invoice"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Lower-case letters, digits and `_ . -`. */
                    name: string;
                    description?: string;
                    /** @description Free names; they reach other services in access tokens. */
                    permissions: string[];
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `role_exists`: The role exists already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "role_exists";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    deleteRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `role_built_in`: The role is built in. `role_in_use`: The role is in use. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "role_built_in" | "role_in_use";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    editRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "permissions": [
                 *         "view_customer"
                 *       ]
                 *     }
                 */
                "application/json": {
                    description?: string;
                    /** @description Free names; they reach other services in access tokens. */
                    permissions?: string[];
                };
            };
        };
        responses: {
            /** @description The role as changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `role_built_in`: The role is built in. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "role_built_in";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        two_factor: {
                            /** @description Of everybody but pure customers. */
                            required_for_all: boolean;
                            required_roles: string[];
                        };
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    changePolicy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "two_factor": {
                 *         "required_for_all": false,
                 *         "required_roles": [
                 *           "admin"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": {
                    two_factor: {
                        /** @description Of everybody but pure customers. */
                        required_for_all: boolean;
                        required_roles: string[];
                    };
                };
            };
        };
        responses: {
            /** @description The policy as changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        two_factor: {
                            /** @description Of everybody but pure customers. */
                            required_for_all: boolean;
                            required_roles: string[];
                        };
                    };
                };
            };
            /** @description `unknown_role`: Unknown role. `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_role" | "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readMailState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of mail. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        transport: "mailjet" | "file";
                        /** @description On their way. */
                        queued: number;
                        /** @description Given up. */
                        failed: number;
                        /**
                         * Format: date-time
                         * @description When the last one was accepted.
                         */
                        last_sent_at: string | null;
                        /** @description A short code, like `mailjet_401`. */
                        last_error: string | null;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                type?: "sign_in" | "sign_in_step" | "second_factor" | "password_check" | "attempts_throttled" | "account_locked" | "device_forgotten" | "refresh_token_reuse" | "session_ended" | "sign_out" | "password_changed" | "password_reset_requested" | "password_reset" | "email_change_requested" | "email_changed" | "two_factor_enrolment_started" | "two_factor_enabled" | "two_factor_disabled" | "backup_codes_regenerated" | "profile_changed" | "user_created" | "user_imported" | "users_imported" | "user_edited" | "user_deleted" | "two_factor_reset" | "account_unlocked" | "welcome_email_queued" | "sessions_ended_by_admin" | "role_created" | "role_edited" | "role_deleted" | "policy_changed" | "audit_exported" | "api_key_created" | "api_key_edited" | "api_key_regenerated" | "api_key_revoked" | "api_key_used" | "api_key_refused" | "access_token_issued" | "temporary_password_set" | "password_voided" | "impersonation_started" | "audit_verified" | "audit_retention_applied" | "signing_key_created" | "signing_key_retired" | "signing_key_withdrawn" | "secret_key_added" | "secrets_re_encrypted" | "instance_created";
                /** @description The user id: a positive integer, never reused. */
                actor_id?: number;
                /** @description What this API key did. */
                api_key_id?: string;
                /** @description The user id: a positive integer, never reused. */
                subject_id?: number;
                ip?: string | unknown | unknown;
                /** @description Not before this moment. */
                from?: string;
                /** @description Before this moment. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEvent"][];
                        /** @description Send it as `cursor` for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `invalid_cursor`: The cursor is not valid. `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_cursor" | "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    exportAuditEvents: {
        parameters: {
            query?: {
                type?: "sign_in" | "sign_in_step" | "second_factor" | "password_check" | "attempts_throttled" | "account_locked" | "device_forgotten" | "refresh_token_reuse" | "session_ended" | "sign_out" | "password_changed" | "password_reset_requested" | "password_reset" | "email_change_requested" | "email_changed" | "two_factor_enrolment_started" | "two_factor_enabled" | "two_factor_disabled" | "backup_codes_regenerated" | "profile_changed" | "user_created" | "user_imported" | "users_imported" | "user_edited" | "user_deleted" | "two_factor_reset" | "account_unlocked" | "welcome_email_queued" | "sessions_ended_by_admin" | "role_created" | "role_edited" | "role_deleted" | "policy_changed" | "audit_exported" | "api_key_created" | "api_key_edited" | "api_key_regenerated" | "api_key_revoked" | "api_key_used" | "api_key_refused" | "access_token_issued" | "temporary_password_set" | "password_voided" | "impersonation_started" | "audit_verified" | "audit_retention_applied" | "signing_key_created" | "signing_key_retired" | "signing_key_withdrawn" | "secret_key_added" | "secrets_re_encrypted" | "instance_created";
                /** @description The user id: a positive integer, never reused. */
                actor_id?: number;
                /** @description What this API key did. */
                api_key_id?: string;
                /** @description The user id: a positive integer, never reused. */
                subject_id?: number;
                ip?: string | unknown | unknown;
                /** @description Not before this moment. */
                from?: string;
                /** @description Before this moment. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                status?: "active" | "expired" | "revoked";
                /** @description `true`: only active keys that expire within 30 days. */
                expiring_soon?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        /** @description Send it as `cursor` for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `invalid_cursor`: The cursor is not valid. `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_cursor" | "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Invoices",
                 *       "permissions": [
                 *         "view_user"
                 *       ],
                 *       "allowed_addresses": [
                 *         "10.20.0.0/16"
                 *       ],
                 *       "expires_at": "2027-01-15T08:00:00.000Z"
                 *     }
                 */
                "application/json": {
                    /** @description Not blank, without control characters. */
                    name: string;
                    /** @description Free names; they reach other services in access tokens. */
                    permissions: string[];
                    description?: string;
                    /** @description Addresses and networks (CIDR; IPv4 and IPv6) from which the key may be used; empty: from everywhere. The address is the one that trusted proxies report (`TRUST_PROXY`). */
                    allowed_addresses?: string[];
                    /**
                     * Format: date-time
                     * @description From then on it opens nothing; null: never.
                     */
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Created; the key is shown once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The key itself. Shown once; nobody can show it again. */
                        api_key: string;
                        /**
                         * Format: uuid
                         * @description Stays the same when the key is regenerated; the `client_id` of its access tokens.
                         */
                        id: string;
                        name: string;
                        description: string;
                        /**
                         * @description The beginning of the key, to tell it from others.
                         * @example oak_x7Qm…
                         */
                        masked: string;
                        /** @enum {string} */
                        status: "active" | "expired" | "revoked";
                        /** @description What it was given. */
                        permissions: string[];
                        /** @description What it may do now: of its permissions those that whoever issued it still holds. None when they are deactivated or deleted. */
                        effective_permissions: string[];
                        /** @description From where it may be used; empty: from everywhere. */
                        allowed_addresses: string[];
                        /** @description The user who made it. */
                        created_by: number;
                        /** @description The user who has seen the present secret: who made the key or regenerated it last. */
                        issued_by: number;
                        /**
                         * Format: date-time
                         * @description When it was made.
                         */
                        created_at: string;
                        /**
                         * Format: date-time
                         * @description From when on it opens nothing; null: never.
                         */
                        expires_at: string | null;
                        /**
                         * Format: date-time
                         * @description When it was revoked.
                         */
                        revoked_at: string | null;
                        /**
                         * Format: date-time
                         * @description Until when the key before the last regeneration goes on.
                         */
                        previous_valid_until: string | null;
                        /**
                         * Format: date-time
                         * @description The last use, up to a minute late.
                         */
                        last_used_at: string | null;
                        /** @description From where. */
                        last_used_ip: string | null;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of the key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, masked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of the key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    editApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of the key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "expires_at": "2028-01-15T08:00:00.000Z"
                 *     }
                 */
                "application/json": {
                    /** @description Not blank, without control characters. */
                    name?: string;
                    /** @description Free names; they reach other services in access tokens. */
                    permissions?: string[];
                    description?: string;
                    /** @description Addresses and networks (CIDR; IPv4 and IPv6) from which the key may be used; empty: from everywhere. The address is the one that trusted proxies report (`TRUST_PROXY`). */
                    allowed_addresses?: string[];
                    /**
                     * Format: date-time
                     * @description From then on it opens nothing; null: never.
                     */
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description The key as changed, masked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `api_key_inactive`: The API key is no longer active. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "api_key_inactive";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    regenerateApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of the key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlap_seconds": 86400
                 *     }
                 */
                "application/json": {
                    /**
                     * @description How long the present key goes on beside the new one, at most 30 days. 0: it ends at once.
                     * @default 0
                     */
                    overlap_seconds?: number;
                };
            };
        };
        responses: {
            /** @description The new key, shown once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The key itself. Shown once; nobody can show it again. */
                        api_key: string;
                        /**
                         * Format: uuid
                         * @description Stays the same when the key is regenerated; the `client_id` of its access tokens.
                         */
                        id: string;
                        name: string;
                        description: string;
                        /**
                         * @description The beginning of the key, to tell it from others.
                         * @example oak_x7Qm…
                         */
                        masked: string;
                        /** @enum {string} */
                        status: "active" | "expired" | "revoked";
                        /** @description What it was given. */
                        permissions: string[];
                        /** @description What it may do now: of its permissions those that whoever issued it still holds. None when they are deactivated or deleted. */
                        effective_permissions: string[];
                        /** @description From where it may be used; empty: from everywhere. */
                        allowed_addresses: string[];
                        /** @description The user who made it. */
                        created_by: number;
                        /** @description The user who has seen the present secret: who made the key or regenerated it last. */
                        issued_by: number;
                        /**
                         * Format: date-time
                         * @description When it was made.
                         */
                        created_at: string;
                        /**
                         * Format: date-time
                         * @description From when on it opens nothing; null: never.
                         */
                        expires_at: string | null;
                        /**
                         * Format: date-time
                         * @description When it was revoked.
                         */
                        revoked_at: string | null;
                        /**
                         * Format: date-time
                         * @description Until when the key before the last regeneration goes on.
                         */
                        previous_valid_until: string | null;
                        /**
                         * Format: date-time
                         * @description The last use, up to a minute late.
                         */
                        last_used_at: string | null;
                        /** @description From where. */
                        last_used_ip: string | null;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `api_key_inactive`: The API key is no longer active. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "api_key_inactive";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    impersonate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_id": 42,
                 *       "reason": "Ticket 4711: the customer does not see the invoice"
                 *     }
                 */
                "application/json": {
                    /** @description The user id: a positive integer, never reused. */
                    user_id: number;
                    /** @description Why. Not blank; kept in the audit event. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The user's access token, with `act: { sub }`: who really acts. */
                        access_token: string;
                        /** @enum {string} */
                        token_type: "Bearer";
                        /** @description Seconds until it is over; it cannot be refreshed. */
                        expires_in: number;
                        /**
                         * @description Where the front end goes now.
                         * @example /self-care
                         */
                        redirect_to: string;
                        user: components["schemas"]["User"];
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `malformed_json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended";
                    };
                };
            };
            /** @description `account_inactive`: The account is deactivated. `forbidden`: Not allowed. `people_only`: This call is for people. `impersonation_not_allowed`: Not while acting as someone else. `permission_required`: A permission is missing. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_inactive" | "forbidden" | "people_only" | "impersonation_not_allowed" | "permission_required";
                    };
                };
            };
            /** @description `not_found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `own_account`: This is your own account. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "own_account";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    listRevocations: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the answer before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is new. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description This session has ended: refuse every access token of it. */
                            sid?: string;
                            /** @description The user id: a positive integer, never reused. */
                            user_id?: number;
                            /** @description An API key that was revoked or replaced at once. */
                            client_id?: string;
                            /**
                             * Format: date-time
                             * @description With `user_id`: refuse the access tokens of this user (`sub`), and of whoever this user impersonates (`act.sub`), that were issued before. With `client_id`: those of this client.
                             */
                            not_before: string;
                        }[];
                        /** @description Send it as `after` next time. There is always one. */
                        next_cursor: string;
                    };
                };
            };
            /** @description `invalid_cursor`: The cursor is not valid. `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_cursor" | "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `api_key_missing`: An API key is needed. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "api_key_missing" | "api_key_invalid";
                    };
                };
            };
            /** @description `cursor_gone`: The cursor is from another database. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cursor_gone";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    checkAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is good; see the headers. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description `access_token_missing`: Sign-in is needed. `access_token_invalid`: The access token is not valid. `access_token_expired`: The access token has expired. `session_ended`: The session has ended. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "access_token_missing" | "access_token_invalid" | "access_token_expired" | "session_ended" | "api_key_invalid";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    issueToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description `client_credentials`. */
                    grant_type: string;
                    /** @description Permissions to narrow the token to, separated by spaces. Left out: all of the key. */
                    scope?: string;
                    /** @description The `id` of the API key. */
                    client_id?: string;
                    /** @description The API key, unless it comes in a header. */
                    client_secret?: string;
                };
            };
        };
        responses: {
            /** @description The access token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A JWT by RFC 9068. */
                        access_token: string;
                        /** @enum {string} */
                        token_type: "Bearer";
                        /** @description Seconds. */
                        expires_in: number;
                        /** @description Its permissions; absent when there are none. */
                        scope?: string;
                    };
                };
            };
            /** @description `unsupported_grant_type`: Unsupported grant type. `invalid_scope`: The scope is not valid. `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_grant_type" | "invalid_scope" | "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `api_key_missing`: An API key is needed. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "api_key_missing" | "api_key_invalid";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    introspectToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "eyJhbGciOiJFUzI1NiIs…"
                 *     }
                 */
                "application/x-www-form-urlencoded": {
                    token: string;
                    /** @description `access_token` or `refresh_token`; not needed. */
                    token_type_hint?: string;
                    /** @description The `id` of the API key. */
                    client_id?: string;
                    /** @description The API key, unless it comes in a header. */
                    client_secret?: string;
                };
            };
        };
        responses: {
            /** @description The state of the token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Usable at this moment. With `false` nothing else is told. */
                        active: boolean;
                        /**
                         * @description Of access tokens.
                         * @enum {string}
                         */
                        token_type?: "Bearer";
                        /** @description The user's id, or the id of the API key. */
                        sub?: string;
                        /** @description `omnicrm`, or the id of the API key. */
                        client_id?: string;
                        /** @description The permissions, separated by spaces. */
                        scope?: string;
                        roles?: string[];
                        /** @description `admin` implies every other. */
                        permissions?: string[];
                        /** @description The session; absent for an API key's token. */
                        sid?: string;
                        amr?: string[];
                        auth_time?: number;
                        /** @description Who really acts as the user. */
                        act?: {
                            sub: string;
                        };
                        iss?: string;
                        aud?: string;
                        iat?: number;
                        exp?: number;
                        jti?: string;
                    };
                };
            };
            /** @description `validation_failed`: The request is not valid. `ambiguous_credentials`: Two credentials in one call. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "ambiguous_credentials";
                    };
                };
            };
            /** @description `api_key_missing`: An API key is needed. `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "api_key_missing" | "api_key_invalid";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "eyJhbGciOiJFUzI1NiIs…"
                 *     }
                 */
                "application/x-www-form-urlencoded": {
                    token: string;
                    /** @description `access_token` or `refresh_token`; not needed. */
                    token_type_hint?: string;
                    /** @description The `id` of the API key. */
                    client_id?: string;
                    /** @description The API key, unless it comes in a header. */
                    client_secret?: string;
                };
            };
        };
        responses: {
            /** @description It opens nothing any more. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unsupported_token_type`: A token of this kind cannot be revoked by itself. `ambiguous_credentials`: Two credentials in one call. `validation_failed`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_token_type" | "ambiguous_credentials" | "validation_failed";
                    };
                };
            };
            /** @description `api_key_invalid`: The API key is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "api_key_invalid";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readKeySet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: ({
                            kty: string;
                            kid: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        issuer: string;
                        jwks_uri: string;
                        response_types_supported: string[];
                        grant_types_supported: string[];
                        token_endpoint: string;
                        token_endpoint_auth_methods_supported: string[];
                        introspection_endpoint: string;
                        introspection_endpoint_auth_methods_supported: string[];
                        revocation_endpoint: string;
                        revocation_endpoint_auth_methods_supported: string[];
                        access_token_signing_alg_values_supported: string[];
                        service_documentation?: string;
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readMetadata2: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        issuer: string;
                        jwks_uri: string;
                        response_types_supported: string[];
                        grant_types_supported: string[];
                        token_endpoint: string;
                        token_endpoint_auth_methods_supported: string[];
                        introspection_endpoint: string;
                        introspection_endpoint_auth_methods_supported: string[];
                        revocation_endpoint: string;
                        revocation_endpoint_auth_methods_supported: string[];
                        access_token_signing_alg_values_supported: string[];
                        service_documentation?: string;
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It should. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    readMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `too_many_attempts`: Too many attempts. */
            429: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "too_many_attempts";
                    };
                };
            };
            /** @description `internal_error`: Something went wrong. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description `unavailable`: The service is not available. */
            503: {
                headers: {
                    /** @description Seconds until a try is heard again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
}
