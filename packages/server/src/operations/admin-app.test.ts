import { describe, expect, test } from 'vitest'
import type { StartServerOptions } from '../node.ts'
import { dial, join, start } from '../testing/start.ts'
import { TestClient } from '../testing/test-client.ts'

const root = { authorization: 'Bearer root' }
const HTML = '<img src=x onerror=alert(1)>"\'&'

function startWithAdmin(options: Partial<StartServerOptions> = {}) {
  return start({
    authorize: (request: Request, { action }: { action: string }) => {
      if (action === 'admin') return { admin: request.headers.get('authorization') === root.authorization }
      return { identity: request.headers.get('x-identity') ?? 'ann' }
    },
    admin: {},
    ...options,
  } as Parameters<typeof start>[0])
}

async function look(
  url: string,
  path = '/admin',
  headers: { [name: string]: string } = root,
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url + path, { headers })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

describe('who may see it', () => {
  test('admins alone; others get a page that shows nothing', async () => {
    const server = await startWithAdmin()
    await join(server, 'one')
    for (const path of ['/admin', '/admin?room=shop', '/admin?room=nowhere']) {
      const { status, text } = await look(server.url, path, {})
      expect(status).toBe(401)
      expect(text).toContain('id="sign-in"')
      expect(text).not.toMatch(/shop|nowhere|one|ready/)
    }
    expect(await look(server.url)).toMatchObject({ status: 200, text: expect.stringContaining('>shop</a>') })
  })

  test('a token that is entered before the script has come goes into no address', async () => {
    const server = await startWithAdmin()
    const { text } = await look(server.url, '/admin', {})
    const [, form = ''] = /<form([\s\S]*?)<\/form>/.exec(text) ?? []
    expect(form).toContain('<input id="token"')
    // What a browser sends of a form by itself are the fields that have a name.
    expect(form).not.toMatch(/\sname=/)
  })

  test('nobody where it was not asked for, or nobody says who is an admin', async () => {
    for (const server of [await start({ admin: {} }), await start({ authorize: () => ({ admin: true }) })])
      for (const path of ['/admin', '/admin/script.js']) expect((await fetch(server.url + path, { headers: root })).status).toBe(404)
  })

  test('one that cannot be told now is told so', async () => {
    const server = await startWithAdmin({ authorize: () => Promise.reject(new Error('no users now')) })
    expect((await look(server.url)).status).toBe(401)
  })
})

test('every answer forbids what the page does not need', async () => {
  const server = await startWithAdmin()
  for (const [path, headers] of [
    ['/admin', root],
    ['/admin', {}],
    ['/admin?room=x', root],
    ['/admin/script.js', {}],
  ] as const) {
    const { headers: answered } = await look(server.url, path, headers)
    expect(answered.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(answered.get('cache-control')).toBe('no-store')
    expect(answered.get('x-content-type-options')).toBe('nosniff')
    expect(answered.get('access-control-allow-origin')).toBeNull()
  }
})

test('nothing that others have named is markup', async () => {
  const server = await startWithAdmin()
  const client = await join(server, HTML, { 'x-identity': encodeURI(HTML) })
  await client.call(HTML)
  const watcher = new TestClient(await dial(server), `${HTML}2`)
  await watcher.greet()
  const pages = await Promise.all(
    ['/admin', '/admin?room=shop', `/admin?find=${encodeURIComponent(HTML)}`].map((path) => look(server.url, path)),
  )
  for (const { status, text } of pages) {
    expect(status).toBe(200)
    expect(text).not.toContain('<img')
  }
  expect(pages[1]?.text).toContain('<b>&lt;img src=x onerror=alert(1)&gt;')
  expect(pages[0]?.text).toContain('mutator=&lt;img')
})

test('a room is shown with its lines, its clients and its last mutations; arguments and messages where that is asked for', async () => {
  for (const showArguments of [false, true]) {
    const server = await startWithAdmin({ admin: { showArguments } })
    const client = await join(server, 'one')
    await client.call('addItem', { title: 'earl grey' })
    await client.call('order', { title: 'oolong' })
    const { text } = await look(server.url, '/admin?room=shop')
    expect(text).toContain('<code>one</code>')
    expect(text).toContain('<b>addItem</b>')
    expect(text).toContain('no-such-item')
    expect(text).toContain('outcomes not confirmed')
    expect(text.includes('earl grey')).toBe(showArguments)
    expect(text.includes('There is no oolong')).toBe(showArguments)
  }
})

test('a room that there is not is not made by looking, and one that cannot be opened is told of', async () => {
  const server = await startWithAdmin()
  for (const name of ['nowhere', '..', encodeURIComponent(HTML)]) {
    expect(await look(server.url, `/admin?room=${name}`)).toMatchObject({
      status: 404,
      text: expect.stringContaining('no room of this name'),
    })
  }
  expect(server.events.filter(({ event }) => event === 'room-opened')).toEqual([])
})

test('the last errors are listed, newest first, each once with how often it came', async () => {
  const server = await startWithAdmin({
    afterCommit: ({ name }) => {
      throw new RangeError(`secret of ${name}`)
    },
  })
  const client = await join(server, 'one')
  for (const title of ['tea', 'milk', 'rice']) await client.call('addItem', { title })
  client.line.send('garbage')
  await client.refusal()
  const { text } = await look(server.url)
  expect(text).toMatch(/line closed: bad-message[\s\S]*afterCommit failed; the commit stands \(3 times\)/)
  expect(text).toContain('<code>RangeError</code>')
  expect(text).not.toContain('secret')
})
