import { expect, test } from 'vitest'
import { brokenExamples, docExamples } from './doc-examples.ts'

const FENCE = '```'
const block = (info: string, ...lines: string[]) => [`${FENCE}${info}`, ...lines, FENCE]
const page = (...parts: (string | string[])[]) => parts.flat().join('\n')
const examplesOf = (files: Record<string, string>) => docExamples(new Map(Object.entries(files)))

test('blocks under one heading are one module, and the next heading starts another', () => {
  const text = page(
    '# A',
    block('ts', 'const n: number = 1'),
    'then',
    block('ts', 'n.toFixed()'),
    '# B',
    block('ts', "const n: string = ''"),
  )
  const { examples, problems } = examplesOf({ 'README.md': text })
  expect(problems).toEqual([])
  expect(examples.map(({ name }) => name)).toEqual(['a.ts', 'b.ts'])
  expect(brokenExamples(examples, 'doc-examples-test')).toEqual([])
})

test('a block that names its file can be imported by others of the page', () => {
  const text = page(block('ts file=one.ts', 'export const one = 1'), block('ts', "import { one } from './one.ts'", 'one.toFixed()'))
  expect(brokenExamples(examplesOf({ 'docs/guide/start.md': text }).examples, 'doc-examples-test')).toEqual([])
})

test('an error is reported by page and line, with the packages resolved', () => {
  const readme = page('# A', 'text', block('ts', "import { rowKey } from '@savepoint/core'", 'rowKey(1)'))
  const source = page('/**', ' * Adds.', ' * @example', ...block('ts', 'const n: string = 1').map((line) => ` * ${line}`), ' */')
  const { examples } = examplesOf({ 'README.md': readme, 'packages/core/src/add.ts': source })
  expect(brokenExamples(examples, 'doc-examples-test')).toEqual([
    expect.stringMatching(/^README\.md:5: error TS2345: /),
    expect.stringMatching(/^packages\/core\/src\/add\.ts:5: error TS2322: /),
  ])
})

test('no block is left out', () => {
  const { problems } = examplesOf({ 'README.md': page('', block('ts no-check', 'nonsense')) })
  expect(problems).toEqual(["README.md:2: 'no-check' is not known; every example is compiled, and may only name its file"])
})
