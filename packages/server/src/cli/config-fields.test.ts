import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LIMITS, type Limit } from '../limits.ts'
import { RETENTION } from '../retention.ts'
import { CONFIG_FIELDS } from './config-fields.ts'

const root = new URL('../../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

test('the guide has a row for each field, with its variables', () => {
  const rows = read('docs/guide/standalone.md').matchAll(/^\| `([\w.]+)` \| (`[A-Z_]+`.*?) \|/gm)
  const documented = [...rows].map(([, field, variables]) => [field, [...(variables ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)])
  expect(documented).toEqual(Object.entries(CONFIG_FIELDS).map(([field, { variables }]) => [field, variables]))
})

test('the guide says what each limit is, and its default', () => {
  const number = new Intl.NumberFormat('en-US')
  const page = read('docs/guide/standalone.md')
  for (const [group, table] of Object.entries({ limits: LIMITS, retention: RETENTION }))
    for (const [name, { standard, unit }] of Object.entries<Limit>(table)) {
      const standing = Number.isFinite(standard) ? `default ${number.format(standard)}` : 'no default'
      expect(page).toMatch(new RegExp(`^\\| \`${group}\\.${name}\` \\|.*\\| ${unit} \\(${standing}\\) \\|$`, 'm'))
    }
})

test.each(readdirSync(new URL('deploy/', root)))('deploy/%s names a program that there is, and variables that are read', (file) => {
  const text = read(`deploy/${file}`)
  const { bin } = JSON.parse(read('packages/server/package.json')) as { bin: { [name: string]: string } }
  for (const [, program] of text.matchAll(/node_modules\/@savepoint\/server\/([\w/.-]+)/g)) expect(program).toBe(bin['savepoint-server'])
  const known = Object.values(CONFIG_FIELDS).flatMap(({ variables }): readonly string[] => variables)
  for (const [variable] of text.matchAll(/SAVEPOINT_[A-Z_]+/g)) expect(known).toContain(variable)
})
