import { expect, test } from 'vitest'
import { mayOrigin, type Origins } from './check-origin.ts'

test.each<[string | undefined, Origins | undefined, boolean]>([
  [undefined, undefined, true],
  [undefined, [], true],
  ['https://app.example:8443', undefined, true],
  ['http://app.example:8443', undefined, true],
  ['https://app.example', undefined, false],
  ['https://evil.example', undefined, false],
  ['https://app.example:8443.evil.example', undefined, false],
  ['null', undefined, false],
  ['', undefined, false],
  ['https://pages.example', ['https://pages.example'], true],
  ['http://pages.example', ['https://pages.example'], false],
  ['https://app.example:8443', ['https://pages.example'], true],
  ['https://evil.example', ['https://pages.example'], false],
  ['https://evil.example', '*', true],
  ['null', '*', true],
])('a page of %s, where %s may: %s', (origin, origins, may) => {
  const headers = { host: 'app.example:8443', ...(origin !== undefined && { origin }) }
  expect(mayOrigin(new Request('http://127.0.0.1:8080/rooms/shop/snapshot', { headers }), origins)).toBe(may)
})
