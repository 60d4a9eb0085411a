import t from 'tap'
import { landingPath } from '../../src/policy/landing.ts'

t.test('only pure customers land on self-care; all others where the UI mode says', async (t) => {
  const cases: [string[], string, string][] = [
    [['customer'], '/self-care', '/self-care'],
    [['customer', 'customer_service_agent_1'], '/customers', '/create-cell-broadcast'],
    [['customer_service_agent_1'], '/customers', '/create-cell-broadcast'],
    [['admin'], '/customers', '/create-cell-broadcast'],
    [[], '/customers', '/create-cell-broadcast'],
  ]
  for (const [roles, crm, cbc] of cases) {
    t.equal(landingPath(roles, 'crm'), crm, `${roles} in crm`)
    t.equal(landingPath(roles, 'cbc'), cbc, `${roles} in cbc`)
  }
})
