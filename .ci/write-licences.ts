/** `npm run docs` writes docs/licences.md: under which licence each package of production comes. Fails on one not allowed. */
import { writeFileSync } from 'node:fs'
import { productionSbom } from './sbom.ts'

/** Permissive licences, by SPDX id: they ask for no more than that their text and notices are passed on. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Python-2.0']

const packagesByLicence = new Map<string, Set<string>>()
for (const { name, licenses = [] } of productionSbom().components) {
  const licence =
    licenses.map((entry) => ('expression' in entry ? entry.expression : (entry.license.id ?? entry.license.name)))[0] ??
    'none stated'
  packagesByLicence.set(licence, (packagesByLicence.get(licence) ?? new Set()).add(name))
}

const rows = [...packagesByLicence]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([licence, packages]) => `| ${licence} | ${packages.size} | ${[...packages].sort().join(', ')} |`)
writeFileSync(
  new URL('../docs/licences.md', import.meta.url),
  `# Licences of the dependencies

What is installed in production (\`npm ci --omit=dev\`), by licence as the packages state it. \`npm run docs\` writes this
page, and fails on a licence that is none of these: ${ALLOWED.join(', ')}.

\`npm run -s sbom\` prints the same packages with versions and digests, as a CycloneDX bill of materials. The texts of the
licences lie in the packages.

| licence | packages | |
|---|---|---|
${rows.join('\n')}
`,
)

for (const [licence, packages] of packagesByLicence) {
  if (ALLOWED.includes(licence)) continue
  console.error(`the licence "${licence}" is not among the allowed ones: ${[...packages].join(', ')}`)
  process.exitCode = 1
}
