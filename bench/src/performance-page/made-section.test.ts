import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BEGIN, between, END } from './made-section.ts'

test('what is made takes the place of what was made before, and nothing else is touched', () => {
  const once = between(`# Page\n\n${BEGIN}\n\n${END}\n\nBy hand.\n`, 'Figures.')
  expect(once).toBe(`# Page\n\n${BEGIN}\n\nFigures.\n${END}\n\nBy hand.\n`)
  expect(between(once, 'Others.')).toBe(`# Page\n\n${BEGIN}\n\nOthers.\n${END}\n\nBy hand.\n`)
})

test('a page without marks is left alone', () => {
  expect(() => between('# Page\n', 'Figures.')).toThrow('no marks')
})

test('docs/PERFORMANCE.md has the marks', () => {
  const page = readFileSync(new URL('../../../docs/PERFORMANCE.md', import.meta.url), 'utf8')
  expect(between(page, 'Figures.')).toContain('Figures.')
})
