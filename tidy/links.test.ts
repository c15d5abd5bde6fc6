import { expect, test } from 'vitest'
import { deadLinks } from './links.ts'

const GUIDE = [
  '# The guide',
  '## Rows & `changes`',
  '## Again',
  '## Again',
  '<a id="hand-made"></a>',
  '```md',
  '# Not a heading',
  '[no link](no.md)',
  '```',
].join('\n')

function check(...lines: string[]) {
  return deadLinks(
    new Map([
      ['README.md', lines.join('\n')],
      ['docs/guide.md', GUIDE],
      ['docs/picture.svg', ''],
    ]),
  )
}

test('links to files, folders, headings and elsewhere are alive', () => {
  const dead = check(
    '# Top',
    '[a](docs/guide.md) [b](docs) [c](#top) ![d](docs/picture.svg "title") [e](https://example.com/no.md) `[f](no.md)`',
    '[g](./docs/guide.md#rows--changes) [h](docs/guide.md#again-1) [i](docs/guide.md#hand-made)',
    '[j]: docs/guide.md#the-guide',
  )
  expect(dead).toEqual([])
})

test('a missing file or heading is a dead link, however it is written', () => {
  const dead = check(
    '[a](docs/missing.md)',
    '[b](docs/guide.md#not-a-heading)',
    '[c]: ../outside.md',
    '<img src="no.png">',
    '[d](#nowhere)',
  )
  expect(dead).toEqual([
    'README.md:1: docs/missing.md: no such file',
    'README.md:2: docs/guide.md#not-a-heading: no such heading',
    'README.md:3: ../outside.md: no such file',
    'README.md:4: no.png: no such file',
    'README.md:5: #nowhere: no such heading',
  ])
})
