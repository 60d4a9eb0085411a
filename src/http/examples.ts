/** Example values of the OpenAPI document. */
export const exampleUser = {
  id: 42,
  email: 'jane.doe@example.com',
  first_name: 'Jane',
  last_name: 'Doe',
  phone: '+44 20 7946 0958',
  locale: 'en',
  active: true,
  roles: ['customer_service_agent_1'],
  permissions: ['view_customer', 'view_user'],
  two_factor_enabled: true,
  login_count: 7,
  last_login_at: '2026-05-04T09:30:00.000Z',
  created_at: '2026-01-15T08:00:00.000Z',
}

export const exampleAuthenticated = {
  status: 'authenticated',
  access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IuKApiJ9…',
  token_type: 'Bearer',
  expires_in: 900,
  refresh_token: 'ort_AQFrMQAAAAAAAA…',
  refresh_expires_in: 3600,
  redirect_to: '/customers',
  user: exampleUser,
}

export const exampleStep = {
  status: 'two_factor_required',
  user_id: 42,
  step_token: 'ost_AQJrMQAAAAAAAA…',
  expires_in: 600,
  methods: ['totp', 'backup_code'],
}

export const exampleSession = {
  id: '0b6b0c1e-7f55-4c58-9c61-6a1b7bb7c0de',
  current: true,
  ip: '192.0.2.10',
  user_agent: 'Mozilla/5.0',
  created_at: '2026-05-04T09:30:00.000Z',
  last_used_at: '2026-05-04T09:45:00.000Z',
  expires_at: '2026-05-04T10:45:00.000Z',
  remember_me: false,
}

export const exampleAdminUser = {
  ...exampleUser,
  actions: ['edit', 'delete', 'reset_password', 'reset_2fa'],
  locked: false,
  locked_until: null,
  password_state: 'set',
  version: 3,
}

export const exampleRole = {
  name: 'billing',
  description: 'Invoices',
  permissions: ['view_customer', 'edit_invoice'],
  built_in: false,
  user_count: 4,
  assignable: true,
}

export const exampleApiKey = {
  id: '6f1f2a9e-3a1b-4a39-9d7c-2f0a7b1c5e11',
  name: 'Invoices',
  description: 'Looks customers up',
  masked: 'oak_x7Qm…',
  status: 'active',
  permissions: ['view_user'],
  effective_permissions: ['view_user'],
  allowed_addresses: ['10.20.0.0/16', '2001:db8:20::/48'],
  created_by: 1,
  issued_by: 1,
  created_at: '2026-01-15T08:00:00.000Z',
  expires_at: '2027-01-15T08:00:00.000Z',
  revoked_at: null,
  previous_valid_until: null,
  last_used_at: '2026-05-04T09:30:00.000Z',
  last_used_ip: '10.20.3.7',
}

export const exampleEvent = {
  id: 1042,
  at: '2026-05-04T09:30:00.000Z',
  type: 'two_factor_reset',
  outcome: 'success',
  actor: { kind: 'user', id: '1' },
  subject: 42,
  session_id: null,
  ip: '192.0.2.10',
  user_agent: 'Mozilla/5.0',
  request_id: 'b1b2c3d4-0000-4000-8000-000000000001',
  details: { reason: 'Lost telephone, identity checked in the shop' },
}
