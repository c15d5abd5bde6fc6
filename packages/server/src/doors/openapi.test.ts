import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { start } from '../testing/start.ts'

test('docs/openapi.json describes the doors as they are; npx vitest run openapi -u writes it', async () => {
  const server = await start({ origins: '*' })
  const response = await fetch(`${server.url}/openapi.json`)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const document = (await response.json()) as { paths: { [path: string]: { [method: string]: { responses: object } } } }
  expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true })
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../../../docs/openapi.json')
})

test('each door takes its own methods, and names them to who tries another', async () => {
  const server = await start()
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: { [path: string]: object } }
  expect(Object.keys(paths)).toEqual([
    '/rooms/{room}',
    '/rooms/{room}/line',
    '/rooms/{room}/snapshot',
    '/rooms/{room}/changes',
    '/rooms/{room}/events',
    '/rooms/{room}/mutations',
    '/healthz',
    '/readyz',
  ])
  for (const [path, methods] of Object.entries(paths)) {
    if (!path.startsWith('/rooms/')) continue
    const response = await fetch(server.url + path.replace('{room}', 'shop'), { method: 'DELETE' })
    expect([response.status, (await response.json()).code]).toEqual([405, 'not-allowed'])
    const allowed = Object.keys(methods).flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    expect(response.headers.get('allow')).toBe([...allowed, 'OPTIONS'].join(', '))
  }
})

test.each(['', '/line', '/snapshot', '/changes', '/events', '/mutations'])(
  'a page of another origin may ask /rooms/:room%s, where it is named',
  async (path) => {
    const server = await start({ origins: ['https://app.example'] })
    const ask = async (origin: string) => {
      const response = await fetch(`${server.url}/rooms/shop${path}`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'savepoint-line,authorization' },
      })
      return response
    }
    const { status, headers: allowed } = await ask('https://app.example')
    expect(status).toBe(204)
    expect(allowed.get('access-control-allow-origin')).toBe('https://app.example')
    expect(allowed.get('access-control-allow-methods')).toBe('GET,HEAD,PUT,POST')
    expect(allowed.get('access-control-allow-headers')).toContain('savepoint-line')
    expect(allowed.get('access-control-max-age')).toBe('7200')
    const foreign = await ask('https://evil.example')
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null])
  },
)

test('HEAD is answered on the doors that GET is, without a body', async () => {
  const server = await start()
  await fetch(`${server.url}/rooms/shop`, { method: 'PUT' })
  for (const path of ['snapshot', 'changes?since=0', 'events', 'line']) {
    const response = await fetch(`${server.url}/rooms/shop/${path}`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  }
})
