import { SavepointError } from '@savepoint/core'
import { describe, expect, test } from 'vitest'
import { ALL_ROOMS, type Authority, type Authorize, admitClient, admitVisitor, type RoomAction } from './authorize.ts'

const request = new Request('http://server/rooms/shop/snapshot')

const NOW = 1_700_000_000_000

function by(authorize: Authorize | undefined): Authority {
  return { authorize, now: () => NOW }
}

function allowing(...allowed: RoomAction[]): Authority {
  return by((_request, { action }) => (allowed.includes(action) ? { identity: 'ada', may: action } : null))
}

describe('one request', () => {
  test('is asked for by its action and its room', async () => {
    const asked: unknown[] = []
    const authority = by((_request, what) => {
      asked.push(what)
      return { identity: 'ada' }
    })
    expect(await admitVisitor(authority, request, 'shop', 'read')).toEqual({
      visitor: { identity: 'ada', auth: { identity: 'ada' } },
      expiresAt: undefined,
    })
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
    await expect(
      admitVisitor(
        by(() => auth),
        request,
        'shop',
        'read',
      ),
    ).rejects.toMatchObject({ code: 'unauthorized' })
    expect(
      await admitVisitor(
        by(async () => 0),
        request,
        'shop',
        'read',
      ),
    ).toMatchObject({ visitor: { identity: '', auth: 0 } })
  })

  test('is refused where authorize fails; where it says how, the client is told', async () => {
    const failing = (error: Error) =>
      admitVisitor(
        by(() => Promise.reject(error)),
        request,
        'shop',
        'read',
      )
    await expect(failing(new Error('expired'))).rejects.toMatchObject({ code: 'unauthorized', cause: new Error('expired') })
    await expect(failing(new SavepointError('unavailable', 'no users now'))).rejects.toMatchObject({ code: 'unavailable' })
  })

  test.each([1, 'x'.repeat(257)])('is refused with the identity %s', async (identity) => {
    await expect(
      admitVisitor(
        by(() => ({ identity })),
        request,
        'shop',
        'read',
      ),
    ).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('a line', () => {
  test('may read, and push where that is allowed too', async () => {
    expect(await admitClient(allowing('read', 'push'), request, 'shop')).toMatchObject({
      visitor: { readOnly: false, auth: { may: 'push' } },
    })
    expect(await admitClient(allowing('read'), request, 'shop')).toMatchObject({ visitor: { readOnly: true, auth: { may: 'read' } } })
    await expect(admitClient(allowing('push'), request, 'shop')).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('is one identity', async () => {
    const twoFaced = by((_request, { action }) => ({ identity: action }))
    await expect(admitClient(twoFaced, request, 'shop')).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('what expires', () => {
  test('is good until then, and told as expired from then on', async () => {
    const until = (expiresAt: number) => by(() => ({ identity: 'ada', expiresAt }))
    expect(await admitVisitor(until(NOW + 1), request, 'shop', 'read')).toMatchObject({ expiresAt: NOW + 1 })
    await expect(admitVisitor(until(NOW), request, 'shop', 'read')).rejects.toMatchObject({ code: 'expired' })
    await expect(admitVisitor(until(Number.NaN), request, 'shop', 'read')).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('ends a line with the first of what it may', async () => {
    const authority = by((_request, { action }) => ({ expiresAt: NOW + (action === 'push' ? 5 : 9) }))
    expect(await admitClient(authority, request, 'shop')).toMatchObject({ expiresAt: NOW + 5 })
  })
})

describe('the server’s own page', () => {
  test('is for who is called an admin, not for every user of a function that does not look at actions', async () => {
    const admin = (authorize: Authorize | undefined) => admitVisitor(by(authorize), request, ALL_ROOMS, 'admin')
    await expect(admin(undefined)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(admin(() => ({ identity: 'ada' }))).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await admin((_request, { room }) => ({ identity: 'ada', admin: room === '*' }))).toMatchObject({ visitor: { identity: 'ada' } })
  })
})

test('where nobody is asked, everyone may read, push and create', async () => {
  for (const action of ['read', 'push', 'create'] as const)
    expect(await admitVisitor(by(undefined), request, 'shop', action)).toMatchObject({ visitor: { identity: '', auth: undefined } })
})
