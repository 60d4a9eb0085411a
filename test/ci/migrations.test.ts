import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkMigrations, freezeMigrations } from '../../.ci/migration-folder.ts'
import { judgeMigration } from '../../.ci/migration-rules.ts'

const broken = async (sql: string, released: string[] = []) =>
  (await judgeMigration(sql, released, ['0011-old', '0012-expand'])).map(({ line, rule }) => `${line} ${rule}`)

t.test('what breaks the release before, or holds it up, is refused', async (t) => {
  const cases: [string, string[]][] = [
    ['DROP TABLE users', ['take-away']],
    ['DROP VIEW v', ['take-away']],
    ['DROP FUNCTION f(int)', ['take-away']],
    ['DROP INDEX users_search', ['drop']],
    ['ALTER TABLE users DROP COLUMN phone', ['take-away']],
    ['ALTER TABLE users RENAME COLUMN phone TO telephone', ['rename']],
    ['ALTER TABLE users RENAME TO people', ['rename']],
    ['ALTER TABLE users ALTER COLUMN phone TYPE varchar(20)', ['type-change']],
    ['ALTER TABLE users ALTER COLUMN phone SET NOT NULL', ['stricter']],
    ['ALTER TABLE users ALTER COLUMN locale DROP DEFAULT', ['stricter']],
    ['ALTER TABLE users ADD COLUMN a int NOT NULL', ['required-column']],
    ['ALTER TABLE users ADD COLUMN a uuid NOT NULL DEFAULT gen_random_uuid()', ['long-lock']],
    ['ALTER TABLE users ADD COLUMN a text GENERATED ALWAYS AS (lower(email)) STORED', ['long-lock']],
    ['ALTER TABLE users ADD COLUMN a bigint GENERATED ALWAYS AS IDENTITY', ['long-lock']],
    ['ALTER TABLE users ADD COLUMN a int UNIQUE', ['long-lock']],
    ['ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0)', ['stricter', 'long-lock']],
    ['ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0) NOT VALID', ['stricter']],
    ['ALTER TABLE users ADD UNIQUE (phone)', ['stricter', 'long-lock']],
    ['ALTER TABLE users DROP CONSTRAINT c', ['unjudged']],
    ['ALTER TABLE users ENABLE ROW LEVEL SECURITY', ['unjudged']],
    ['CREATE INDEX i ON users (phone)', ['long-lock']],
    ['CREATE UNIQUE INDEX IF NOT EXISTS i ON users (phone)', ['stricter']],
    ["UPDATE users SET phone = ''", ['long-lock']],
    ['DELETE FROM users', ['long-lock']],
    ['TRUNCATE users', ['unjudged']],
    ['DO $$ BEGIN DROP TABLE users; END $$', ['unjudged']],
    ['CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1', ['unjudged']],
    ['CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION f()', ['unjudged']],
    ['CREATE TABL x ()', ['syntax']],
    ['ALTER TABLE users ADD COLUMN a int, DROP COLUMN b', ['take-away']],
  ]
  for (const [sql, rules] of cases)
    t.strictSame(
      await broken(sql),
      rules.map((rule) => `1 ${rule}`),
      sql,
    )
})

t.test('what expands is not', async (t) => {
  const harmless = `
    CREATE TABLE gadgets (id bigint PRIMARY KEY, name text NOT NULL UNIQUE, user_id bigint REFERENCES users);
    CREATE INDEX gadgets_name ON gadgets (name);
    CREATE UNIQUE INDEX gadgets_user ON gadgets (user_id);
    ALTER TABLE gadgets ADD CHECK (id > 0);
    UPDATE gadgets SET name = '';
    CREATE INDEX IF NOT EXISTS users_phone ON users (phone);
    ALTER TABLE users ADD COLUMN a int;
    ALTER TABLE users ADD COLUMN b int NOT NULL DEFAULT 0 CHECK (b >= 0);
    ALTER TABLE users ADD COLUMN c text[] NOT NULL DEFAULT '{}'::text[];
    ALTER TABLE users ADD COLUMN d timestamptz NOT NULL DEFAULT now();
    ALTER TABLE users ADD COLUMN e bigint REFERENCES gadgets;
    ALTER TABLE users ALTER COLUMN phone DROP NOT NULL;
    ALTER TABLE users ALTER COLUMN phone SET DEFAULT '';
    ALTER TABLE users VALIDATE CONSTRAINT c;
    ALTER INDEX users_phone RENAME TO users_telephone;
    INSERT INTO roles (name) VALUES ('auditor');
    CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN 1;`
  t.strictSame(await judgeMigration(harmless, []), [])
})

t.test('a finding names the line, and what to do', async (t) => {
  const [found] = await judgeMigration(
    "-- Größe ≠ Länge\nSELECT 'é';\n\n-- old\nALTER TABLE users\n  DROP COLUMN phone;",
    [],
  )
  t.equal(found?.line, 5)
  t.match(found?.text, /^DROP COLUMN phone: .*one release later, in a contract step$/)
  t.strictSame(await broken('SELECT 1;\nSELECT FROM FROM'), ['2 syntax'])
})

t.test('an exception counts for its own statement and rule, with a reason', async (t) => {
  const index = 'CREATE INDEX i ON roles (name);\n'
  t.strictSame(await broken(`-- allow long-lock: there are a handful of roles\n${index}`), [])
  t.strictSame(await broken(`-- allow long-lock: there are a handful of roles\n${index}${index}`), ['3 long-lock'])
  t.strictSame(await broken(`-- allow long-lock:\n${index}`), ['2 long-lock'], 'without a reason')
  t.strictSame(await broken(`-- allow drop: x\n${index}`), ['2 long-lock', '2 unused-allow'])
  t.strictSame(await broken('-- allow drop: nobody asks by it\nDROP INDEX i'), [])
  for (const rule of ['drop', 'take-away'])
    t.strictSame(
      await broken(`-- allow ${rule}: nobody needs it\nDROP TABLE users`),
      ['2 take-away', '2 unused-allow'],
      'what releases use goes in a contract step only',
    )
})

const RAISE = "UPDATE schema_floor SET migration = '0012-expand';"

t.test(
  'a contract step names a released version that no longer uses what goes, and shuts older ones out',
  async (t) => {
    const step = `-- contract since 1.2.0: users.phone\n${RAISE}\nALTER TABLE users DROP COLUMN phone;`
    t.strictSame(await broken(step, ['1.1.0', '1.2.0']), [])
    t.strictSame(await broken(step, ['1.1.0']), ['1 contract'])
    t.strictSame(await broken(step.replace(RAISE, ''), ['1.2.0']), ['1 contract'])
    for (const floor of ["'0013-unknown'", "''", "''||'0012-expand'", "'0012-expand' WHERE false"])
      t.strictSame(await broken(step.replace("'0012-expand'", floor), ['1.2.0']), ['2 contract'], floor)
    t.strictSame(await broken(step.replace('DROP', 'RENAME').replace('phone;', 'phone TO x;'), ['1.2.0']), ['3 rename'])
  },
)

const CHANGELOG = '## [Unreleased]\n\n## [1.2.0] - 2026-05-04\n'

async function folder(t: Test, files: Record<string, string>) {
  const path = await mkdtemp(join(tmpdir(), 'omnicrm-identity-test-'))
  t.teardown(() => rm(path, { recursive: true }))
  await writeFile(join(path, 'frozen.sha256'), '')
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
  return path
}

t.test('a frozen migration stays as it is, and new ones come after it', async (t) => {
  const path = await folder(t, {
    'grants.sql': 'x',
    '0003-a.sql': 'CREATE TABLE a ()',
    '0005-b.sql': 'CREATE TABLE b ()',
  })
  t.match(await checkMigrations(path, CHANGELOG), [/^0003-a.sql is not frozen/, /^0005-b.sql is not frozen/])
  t.strictSame(await freezeMigrations(path), ['0003-a.sql', '0005-b.sql'])
  t.strictSame(await checkMigrations(path, CHANGELOG), [])
  t.strictSame(await freezeMigrations(path), [])

  await writeFile(join(path, '0003-a.sql'), 'CREATE TABLE a (b int)')
  await freezeMigrations(path)
  t.match(await checkMigrations(path, CHANGELOG), [/^0003-a.sql is frozen and must stay/], 'also when frozen again')
  await rm(join(path, '0003-a.sql'))
  t.match(await checkMigrations(path, CHANGELOG), [/^0003-a.sql is frozen and must not go/])
})

t.test('a file that would not run, or not where it should, is told', async (t) => {
  const path = await folder(t, { '0005-b.sql': 'CREATE TABLE b ()' })
  await freezeMigrations(path)
  for (const name of ['0004-late.sql', '0006-c.sql', '0006-d.sql', '7-e.sql']) await writeFile(join(path, name), '')
  t.match(await checkMigrations(path, CHANGELOG), [
    /^7-e.sql is not named like/,
    /^0006-d.sql has a number that another file has/,
    /^0004-late.sql sorts before 0005-b.sql/,
    /^0006-c.sql is not frozen/,
    /^0006-d.sql is not frozen/,
  ])
})

t.test('released versions are read from the changelog', async (t) => {
  const path = await folder(t, {
    '0012-expand.sql': 'CREATE TABLE b ()',
    '0013-c.sql': `-- contract since 1.2.0: a\n${RAISE}\nDROP TABLE a`,
  })
  await freezeMigrations(path)
  t.strictSame(await checkMigrations(path, CHANGELOG), [])
  t.match(await checkMigrations(path, '## [Unreleased]\n\n## [1.2.0]\n'), [
    /^0013-c.sql:1: contract: 1.2.0 is not released/,
  ])
})
