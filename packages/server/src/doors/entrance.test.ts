import { describe, expect, test } from 'vitest'
import type { RoomSocket } from '../room/room-socket.ts'
import { Line } from '../testing/line.ts'
import { openRooms } from '../testing/open-rooms.ts'
import { TestClient } from '../testing/test-client.ts'
import type { Authorize, RoomAction } from './authorize.ts'
import { Entrance, type WhichLines } from './entrance.ts'
import { openSocket } from './open-socket.ts'
import { FIRST_FRAME_LENGTH_MAX } from './opening-line.ts'

const HANDSHAKE_MS = 5000

/** Who a token stands for; tests change it while lines are open. */
interface User {
  readonly name: string
  readonly role?: string
  readonly mayOnly?: RoomAction
  readonly expiresAt?: number
}

/** As an app's own objects are, it is made anew for each answer. */
class Team {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** A promise, and what resolves it. */
function gate(): readonly [Promise<void>, () => void] {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return [opened, open]
}

function openDoor(rate = { perSecond: 1_000_000, burst: 10_000_000 }) {
  const { rooms, world, events } = openRooms()
  const users = new Map<string, User>([['a', { name: 'ada' }]])
  let asked = 0
  let meanwhile = () => {}
  let held: Promise<unknown> = Promise.resolve()
  let looked: Promise<unknown> = Promise.resolve()
  const authorize: Authorize = async (request, { action }) => {
    asked++
    meanwhile()
    await held
    const user = users.get(request.headers.get('authorization')?.replace('Bearer ', '') ?? '')
    if (user === undefined || (user.mayOnly ?? action) !== action) return null
    return {
      identity: user.name,
      role: user.role,
      team: new Team('crew'),
      ...(user.expiresAt !== undefined && { expiresAt: user.expiresAt }),
    }
  }
  const after = (ms: number, task: () => void) => world.after(ms, task)
  const onEvent = (event: (typeof events)[number]) => void events.push(event)
  const entrance = new Entrance({
    rooms,
    hasRoom: async () => {
      await looked
      return true
    },
    authorize,
    now: () => world.now(),
    elapsed: () => world.elapsed(),
    after,
    rate,
    connectionsPerAddress: 3,
    onEvent,
  })
  const door = { entrance, onEvent, after, handshakeMs: HANDSHAKE_MS }
  const request = new Request('http://server/rooms/shop/socket')
  const dial = (meddle = (socket: RoomSocket) => socket) =>
    Line.intoHost({ connect: async (room, socket) => openSocket(door, request, room, socket) }, 'shop', { meddle })

  /** Comes in as a client with a token does. */
  async function comeIn(token: string, clientID?: string, meddle?: (socket: RoomSocket) => RoomSocket): Promise<TestClient> {
    const line = await dial(meddle)
    line.send(JSON.stringify({ type: 'authorize', token }))
    return await TestClient.fresh(line, (await rooms.position('shop')).epoch, clientID)
  }

  return {
    users,
    world,
    events,
    entrance,
    dial,
    comeIn,
    get asked() {
      return asked
    },
    /** Done at each question. */
    meanwhile(task: () => void): void {
      meanwhile = task
    },
    /** authorize answers nobody until what is returned is called. */
    hold(): () => void {
      const [over, release] = gate()
      held = over
      return release
    },
    /** Nobody is let into a room until what is returned is called. */
    holdRooms(): () => void {
      const [over, release] = gate()
      looked = over
      return release
    },
  }
}

describe('a socket', () => {
  test('[G10] that says nothing is ended in time, and one that has said who it is is not', async () => {
    const { dial, comeIn, world } = openDoor()
    const [silent, client] = [new TestClient(await dial()), await comeIn('a')]
    world.advance(HANDSHAKE_MS - 1)
    expect(silent.line.closed).toBeNull()
    world.advance(1)
    expect(await silent.refusal()).toMatchObject({ code: 'unavailable' })
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  })

  test.each([
    [FIRST_FRAME_LENGTH_MAX, 'bad-message'],
    [FIRST_FRAME_LENGTH_MAX + 1, 'frame-too-large'],
  ])('[G10] whose first frame has %i characters is refused as %s', async (length, code) => {
    const client = new TestClient(await openDoor().dial())
    client.line.send('x'.repeat(length))
    expect(await client.refusal()).toMatchObject({ code })
  })

  test('is read no further until it is known who it is, and not without bound', async () => {
    const door = openDoor()
    const release = door.hold()
    const client = new TestClient(await door.dial())
    client.line.send(JSON.stringify({ type: 'authorize', token: 'a' }))
    client.sayHello()
    expect(client.line.isQuiet).toBe(true)
    const flood = new TestClient(await door.dial())
    flood.line.send(JSON.stringify({ type: 'authorize', token: 'a' }))
    for (let i = 0; i < 3; i++) flood.line.send('x'.repeat(1024 * 1024))
    expect(await flood.refusal()).toMatchObject({ code: 'overloaded' })
    release()
    expect(await client.expect('welcome')).toMatchObject({ next: 'snapshot' })
  })
})

describe('a line that was let in until a time', () => {
  test('[G5] is ended as expired then, and what it comes back with is good', async () => {
    const { users, world, events, comeIn } = openDoor()
    users.set('a', { name: 'ada', expiresAt: world.now() + 1000 })
    const client = await comeIn('a')
    await client.call('addItem', { title: 'tea' })
    world.advance(999)
    expect(await client.call('restock', { title: 'tea', by: 1 })).toMatchObject({ ok: true })
    world.advance(1)
    expect(await client.refusal()).toMatchObject({ code: 'expired' })
    expect(events).toContainEqual({ event: 'refused', code: 'expired' })
    users.set('b', { name: 'ada' })
    const again = await comeIn('b', 'client-1')
    expect(again.outcomes.size).toBe(2)
  })

  test('goes on if the app says so by then', async () => {
    const { users, world, comeIn, entrance } = openDoor()
    users.set('a', { name: 'ada', expiresAt: world.now() + 1000 })
    const client = await comeIn('a')
    users.set('a', { name: 'ada', expiresAt: world.now() + 3000 })
    world.advance(1000)
    await entrance.recheck({})
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    world.advance(2000)
    expect(await client.refusal()).toMatchObject({ code: 'expired' })
  })
})

describe('when rights change', () => {
  test.each<[string, User | undefined]>([
    ['are withdrawn', undefined],
    ['become those of a reader', { name: 'ada', mayOnly: 'read' }],
    ['make another role', { name: 'ada', role: 'owner' }],
  ])('and %s, a recheck ends the line, and no other', async (_, user) => {
    const { users, comeIn, entrance } = openDoor()
    users.set('b', { name: 'bob' })
    const [ada, bob] = [await comeIn('a', 'ada'), await comeIn('b', 'bob')]
    if (user === undefined) users.delete('a')
    else users.set('a', user)
    await entrance.recheck({ identity: 'ada', room: 'shop' })
    expect(await ada.refusal()).toMatchObject({ code: 'expired' })
    expect(await bob.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  })

  test('as somebody is coming in, a recheck is about them too', async () => {
    const door = openDoor()
    const release = door.holdRooms()
    const client = new TestClient(await door.dial())
    client.line.send(JSON.stringify({ type: 'authorize', token: 'a' }))
    client.sayHello()
    // What is allowed is known when both questions were asked.
    while (door.asked < 2) await new Promise((resolve) => setImmediate(resolve))
    door.users.delete('a')
    await door.entrance.recheck({ identity: 'ada' })
    release()
    expect(await client.line.next()).toMatchObject({ type: 'refusal', code: 'unauthorized' })
  })

  test.each<[string, WhichLines, object]>([
    ['of others: they are let in', { identity: 'bob' }, { type: 'welcome' }],
    ['of another room: they are let in', { room: 'other' }, { type: 'welcome' }],
    ['of theirs: they are to come back later', { identity: 'ada', room: 'shop' }, { type: 'refusal', code: 'unavailable' }],
  ])('all the time as somebody is coming in, %s', async (_, which, answer) => {
    const door = openDoor()
    door.meanwhile(() => void door.entrance.recheck(which))
    const client = new TestClient(await door.dial())
    client.line.send(JSON.stringify({ type: 'authorize', token: 'a' }))
    client.sayHello()
    expect(await client.line.next()).toMatchObject(answer)
  })

  test('frames wait while it is asked, and are taken in order then', async () => {
    const door = openDoor()
    const client = await door.comeIn('a')
    const release = door.hold()
    const checked = door.entrance.recheck({})
    client.push(client.mutation('addItem', { title: 'tea' }))
    client.push(client.mutation('restock', { title: 'tea', by: 2 }))
    release()
    await checked
    expect(await client.outcome(2)).toMatchObject({ ok: true, value: '{"json":1}' })
  })

  test('only those who are meant are asked about, and nobody who has gone', async () => {
    const door = openDoor()
    const client = await door.comeIn('a')
    const { asked } = door
    await door.entrance.recheck({ identity: 'bob' })
    await door.entrance.recheck({ room: 'other' })
    expect(door.asked).toBe(asked)
    client.line.hangUp()
    await door.entrance.recheck({})
    expect(door.asked).toBe(asked)
  })
})

describe('[G10] who sends more than one may', () => {
  const RATE = { perSecond: 1000, burst: 2000 }
  /** A push of about so many characters. */
  const pushOf = (client: TestClient, length: number) => client.push(client.mutation('addItem', { title: 'x'.repeat(length) }))

  test('waits, with nothing lost, and is answered then', async () => {
    const { comeIn, world } = openDoor(RATE)
    const client = await comeIn('a')
    pushOf(client, 5000)
    expect(await client.outcome(1)).toMatchObject({ ok: true })
    client.line.send('{"type":"ping","confirmed":1}')
    await new Promise((resolve) => setImmediate(resolve))
    expect(client.line.isQuiet).toBe(true)
    world.advance(4000)
    expect(await client.expect('pong')).toEqual({ type: 'pong' })
  })

  test('is read again once the line has ended: who is not read is not heard to close', async () => {
    const { comeIn, users, entrance } = openDoor(RATE)
    let isRead = true
    const meddle = (socket: RoomSocket): RoomSocket => ({
      ...socket,
      pause() {
        isRead = false
      },
      resume() {
        isRead = true
      },
    })
    const client = await comeIn('a', 'client-1', meddle)
    pushOf(client, 5000)
    expect(await client.outcome(1)).toMatchObject({ ok: true })
    expect(isRead).toBe(false)
    users.delete('a')
    await entrance.recheck({})
    expect(await client.refusal()).toMatchObject({ code: 'expired' })
    expect(isRead).toBe(true)
  })

  test('by far, is told when to come back, and let in then', async () => {
    const { comeIn, dial, world } = openDoor(RATE)
    const client = await comeIn('a')
    pushOf(client, 20_000)
    const refusal = (await client.refusal()) as unknown as { retryAfterMs: number }
    expect(refusal).toMatchObject({ code: 'overloaded', retryAfterMs: expect.any(Number) })
    const early = new TestClient(await dial(), 'other')
    early.line.send(JSON.stringify({ type: 'authorize', token: 'a' }))
    expect(await early.refusal()).toMatchObject({ code: 'overloaded' })
    world.advance(refusal.retryAfterMs)
    const again = await comeIn('a', 'client-1')
    expect(await again.outcome(1)).toMatchObject({ ok: true })
  })
})
