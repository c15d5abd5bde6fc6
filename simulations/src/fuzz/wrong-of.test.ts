import { expect, test } from 'vitest'
import type { Reply } from './fire.ts'
import { wrongOf } from './wrong-of.ts'

const reply = (more: Partial<Reply>): Reply => ({ bytes: Buffer.alloc(0), answers: [], frames: [], hangs: false, ...more })
const answer = (status: number, body: string) => ({
  answers: [{ method: 'GET', status, headers: `HTTP/1.1 ${status} x`, body: Buffer.from(body), length: 0 }],
})

test('what a server should say passes', () => {
  expect(wrongOf(reply(answer(200, 'anything')), ['s'])).toBeUndefined()
  expect(wrongOf(reply(answer(401, '{"code":"unauthorized","message":"no"}')), [])).toBeUndefined()
  expect(
    wrongOf(reply({ answers: [{ method: 'HEAD', status: 401, headers: 'HTTP/1.1 401 x', body: Buffer.alloc(0), length: 0 }] }), []),
  ).toBeUndefined()
  expect(wrongOf(reply({ frames: ['{"type":"refusal","code":"bad-message","message":"no"}', '{"type":"poke"}'] }), [])).toBeUndefined()
})

test.each([
  ['a reply that does not come', { hangs: true }, /no reply/],
  ['a secret', { bytes: Buffer.from('xx CANARY yy') }, /holds CANARY/],
  ['a failure of the server', answer(500, '{"code":"x","message":"y"}'), /status 500/],
  ['an error without words', answer(409, ''), /says nothing/],
  ['an error of another shape', answer(400, '{"code":"x","message":"y","stack":"z"}'), /no \{ code, message \}/],
  ['an error that is a page', answer(404, '<html>'), /not JSON/],
  ['a stack', answer(400, JSON.stringify({ code: 'x', message: 'Error: y\n    at z (a.js:1:2)' })), /insides/],
  ['an error of the engine', { frames: ['{"type":"refusal","code":"bad-message","message":"SQLITE_ERROR: near x"}'] }, /insides/],
  ['a code that there is not', { frames: ['{"type":"refusal","code":"oops","message":"x"}'] }, /a code that there is not/],
  ['a frame that is not JSON', { frames: ['hello'] }, /not JSON/],
] as const)('%s is found', (_, more, message) => {
  expect(wrongOf(reply(more), ['CANARY'])).toMatch(message)
})
