/**
 * The sign-in above the calls of `/docs`. What it signs in to, the calls below send; and where a call below finishes a
 * sign-in or signs out, the panel follows. Tokens stay in memory: the refresh token in its cookie, out of reach of scripts.
 */
globalThis.signInPanel = (() => {
  const base = location.pathname.replace(/\/docs(\/.*)?$/, '')

  /** What each state of the sign-in asks for, and the call that it goes to. */
  const states = {
    signed_out: {
      says: () => 'Sign in to try the calls that need it.',
      fields: [
        { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username' },
        { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
      ],
      button: 'Sign in',
      send: (values) => post('/auth/login', { ...values, token_delivery: 'cookie' }),
    },
    two_factor_required: {
      says: () => 'Enter the code of your authenticator app, or a backup code.',
      fields: [{ name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code' }],
      button: 'Go on',
      send: (values, { user_id, step_token }) => post(`/2fa/verify/user/${user_id}`, values, step_token),
    },
    password_change_required: {
      says: () => 'The password was a temporary one. Choose your own.',
      fields: [{ name: 'new_password', label: 'New password', type: 'password', autocomplete: 'new-password' }],
      button: 'Change',
      send: ({ new_password }, { step_token }) =>
        post('/auth/password/change', { new_password, confirm_password: new_password }, step_token),
    },
    two_factor_setup_required: {
      says: ({ user_id }) =>
        `Two-factor authentication must be set up first: call “enable” and “verify-setup” below, which have the step token now. Your user id is ${user_id}.`,
      fields: [],
    },
    authenticated: {
      says: ({ user }) => `Signed in as ${user.email}.`,
      fields: [],
      button: 'Sign out',
      send: () => post('/auth/logout', {}),
    },
  }

  const panel = document.createElement('section')
  panel.className = 'sign-in'
  panel.setAttribute('aria-label', 'Sign-in')
  let ui
  let refreshTimer

  async function post(path, body, token) {
    const response = await fetch(base + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    const answer = response.status === 204 ? { status: 'signed_out' } : await response.json()
    if (!response.ok) throw new Error([answer.title, answer.detail].filter(Boolean).join(' '))
    return answer
  }

  /** Shows the state, and has the calls below send its token. */
  function enter(outcome) {
    clearTimeout(refreshTimer)
    const held = Object.keys(ui.authSelectors.authorized()?.toJS() ?? {})
    if (held.length > 0) ui.authActions.logout(held.filter((name) => name.endsWith('Token')))
    if (outcome.access_token) ui.preauthorizeApiKey('accessToken', outcome.access_token)
    if (outcome.step_token) ui.preauthorizeApiKey('stepToken', outcome.step_token)
    if (outcome.status === 'authenticated') refreshTimer = setTimeout(refresh, (outcome.expires_in - 30) * 1000)
    show(outcome)
  }

  function refresh() {
    post('/auth/refresh', {}).then(enter, () => enter({ status: 'signed_out' }))
  }

  function show(outcome) {
    const state = states[outcome.status]
    const form = document.createElement('form')
    const says = document.createElement('p')
    says.setAttribute('role', 'status')
    says.textContent = state.says(outcome)
    form.append(says, ...state.fields.map(fieldOf))
    if (state.button) form.append(buttonOf(state.button))
    if (outcome.step_token) {
      const cancel = buttonOf('Cancel', 'button')
      cancel.onclick = () => enter({ status: 'signed_out' })
      form.append(cancel)
    }
    form.onsubmit = async (event) => {
      event.preventDefault()
      const values = Object.fromEntries(new FormData(form))
      try {
        enter(await state.send(values, outcome))
        panel.querySelector('input')?.focus()
      } catch (error) {
        says.textContent = error.message
        says.className = 'refused'
      }
    }
    panel.replaceChildren(form)
  }

  function fieldOf({ label, ...attributes }) {
    const field = document.createElement('label')
    const input = Object.assign(document.createElement('input'), { required: true, ...attributes })
    field.append(label, input)
    return field
  }

  function buttonOf(text, type = 'submit') {
    return Object.assign(document.createElement('button'), { type, textContent: text, className: 'btn' })
  }

  return {
    /** When the document is shown. */
    start(swaggerUi) {
      ui = swaggerUi
      show({ status: 'signed_out' })
      document.body.prepend(panel)
    },

    /** Each answer to a call below. */
    watch(response) {
      const { body, status, url } = response
      if (status === 204 && url.endsWith('/auth/logout')) enter({ status: 'signed_out' })
      else if (status === 200 && body?.status in states && (body.user || body.step_token)) enter(body)
      return response
    },
  }
})()
