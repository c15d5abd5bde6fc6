import { SavepointError } from '@savepoint/core'
import { describe, expect, test } from 'vitest'
import { ALL_ROOMS, type Authorize, admitClient, admitVisitor, type RoomAction } from './authorize.ts'

const request = new Request('http://server/rooms/shop/snapshot')

function allowing(...allowed: RoomAction[]): Authorize {
  return (_request, { action }) => (allowed.includes(action) ? { identity: 'ada', may: action } : null)
}

describe('one request', () => {
  test('is asked for by its action and its room', async () => {
    const asked: unknown[] = []
    const authorize: Authorize = (_request, what) => {
      asked.push(what)
      return { identity: 'ada' }
    }
    expect(await admitVisitor(authorize, request, 'shop', 'read')).toEqual({ identity: 'ada', auth: { identity: 'ada' } })
    expect(asked).toEqual([{ room: 'shop', action: 'read' }])
  })

  test.each<[RoomAction, RoomAction[], string]>([
    ['read', ['push', 'create', 'admin'], 'unauthorized'],
    ['push', ['read'], 'read-only'],
    ['push', ['create'], 'unauthorized'],
    ['create', ['read', 'push'], 'no-room'],
    ['admin', ['read', 'push', 'create'], 'unauthorized'],
  ])('to %s is refused to who may only %j, as %s', async (action, allowed, code) => {
    await expect(admitVisitor(allowing(...allowed), request, 'shop', action)).rejects.toMatchObject({ code })
  })

  test.each([null, undefined, false])('%s refuses, and anything else does not', async (auth) => {
    await expect(admitVisitor(() => auth, request, 'shop', 'read')).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await admitVisitor(async () => 0, request, 'shop', 'read')).toEqual({ identity: '', auth: 0 })
  })

  test('is refused where authorize fails; where it says how, the client is told', async () => {
    const failing = (error: Error) => admitVisitor(() => Promise.reject(error), request, 'shop', 'read')
    await expect(failing(new Error('expired'))).rejects.toMatchObject({ code: 'unauthorized', cause: new Error('expired') })
    await expect(failing(new SavepointError('unavailable', 'no users now'))).rejects.toMatchObject({ code: 'unavailable' })
  })

  test.each([1, 'x'.repeat(257)])('is refused with the identity %s', async (identity) => {
    await expect(admitVisitor(() => ({ identity }), request, 'shop', 'read')).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('a line', () => {
  test('may read, and push where that is allowed too', async () => {
    expect(await admitClient(allowing('read', 'push'), request, 'shop')).toMatchObject({ readOnly: false, auth: { may: 'push' } })
    expect(await admitClient(allowing('read'), request, 'shop')).toMatchObject({ readOnly: true, auth: { may: 'read' } })
    await expect(admitClient(allowing('push'), request, 'shop')).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('is one identity', async () => {
    const twoFaced: Authorize = (_request, { action }) => ({ identity: action })
    await expect(admitClient(twoFaced, request, 'shop')).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('the server’s own page', () => {
  test('is for who is called an admin, not for every user of a function that does not look at actions', async () => {
    const admin = (authorize: Authorize | undefined) => admitVisitor(authorize, request, ALL_ROOMS, 'admin')
    await expect(admin(undefined)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(admin(() => ({ identity: 'ada' }))).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await admin((_request, { room }) => ({ identity: 'ada', admin: room === '*' }))).toMatchObject({ identity: 'ada' })
  })
})

test('where nobody is asked, everyone may read, push and create', async () => {
  for (const action of ['read', 'push', 'create'] as const)
    expect(await admitVisitor(undefined, request, 'shop', action)).toEqual({ identity: '', auth: undefined })
})
