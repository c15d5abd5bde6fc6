import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { between, SECTIONS } from './made-section.ts'

const page = (made: string) =>
  `# Page\n\n<!-- Made by \`npm run bench\`: what is changed by hand below is lost with the next run. -->\n\n${made}<!-- Here ends what \`npm run bench\` makes. -->\n\nBy hand.\n`

test('what is made takes the place of what was made before, and nothing else is touched', () => {
  const once = between(page(''), SECTIONS.floors, 'Figures.')
  expect(once).toBe(page('Figures.\n'))
  expect(between(once, SECTIONS.floors, 'Others.')).toBe(page('Others.\n'))
})

test('a page without marks is left alone', () => {
  expect(() => between('# Page\n', SECTIONS.floors, 'Figures.')).toThrow('no marks')
  expect(() => between(page(''), SECTIONS.peers, 'Figures.')).toThrow('no marks')
})

test('docs/PERFORMANCE.md has the marks', () => {
  const page = readFileSync(new URL('../../../docs/PERFORMANCE.md', import.meta.url), 'utf8')
  for (const section of Object.values(SECTIONS)) expect(between(page, section, 'Figures.')).toContain('Figures.')
})
