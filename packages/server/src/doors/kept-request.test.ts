import { expect, test } from 'vitest'
import { KeptRequest } from './kept-request.ts'

test('says again what the request said, as often as it is asked', () => {
  const headers: [string, string][] = [
    ['authorization', 'Bearer a token: with "signs" \t and spaces'],
    ['cookie', 'a=1; b=2'],
    ['x-empty', ''],
    ['x-many', 'one'],
    ['x-many', 'two'],
    ['x-latin', 'café'],
  ]
  const request = new Request('http://server/rooms/shop/socket?of=it', { method: 'POST', headers })
  const kept = new KeptRequest(request)
  for (const again of [kept.again(), kept.again()]) {
    expect([again.url, again.method]).toEqual([request.url, 'POST'])
    expect([...again.headers]).toEqual([...request.headers])
  }
})

test('a request without headers has none', () => {
  expect([...new KeptRequest(new Request('http://server/')).again().headers]).toEqual([])
})
