import { beforeEach, describe, expect, test } from 'vitest'
import { Client } from '../client.ts'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import { memoryStorage } from '../memory-storage.ts'
import { shopMutators, shopSchema } from '../testing/shop.contract.ts'
import { VirtualScheduler } from '../testing/virtual-scheduler.contract.ts'
import type { HostMessage } from './protocol.ts'
import { type HostHooks, ReplicaHost } from './replica-host.ts'

const module = await loadWaSqlite()
const REFUSAL = JSON.stringify({ type: 'refusal', code: 'unauthorized', message: 'Who are you?' })

let scheduler: VirtualScheduler
let host: ReplicaHost
/** What each attempt to connect came with. */
let attempts: (string | undefined)[]

/** A host in a world where the server takes the token `good` alone. */
beforeEach(() => {
  scheduler = new VirtualScheduler()
  attempts = []
  const open = ({ onEvent, token }: HostHooks) =>
    new Client({
      schema: shopSchema,
      mutators: shopMutators,
      storage: memoryStorage(module),
      transport: {
        connect: ({ received, closed }) => {
          token({ fresh: false }).then(
            (given) => {
              attempts.push(given)
              if (given !== 'good') received(REFUSAL)
            },
            (error) => {
              attempts.push('none could tell')
              closed(error)
            },
          )
          return { send() {}, close() {} }
        },
        fetchSnapshot: () => new Promise(() => {}),
      },
      scheduler,
      onEvent,
    }) as unknown as Client
  host = new ReplicaHost(open, scheduler, { isCertain: true, guard: (task) => task() }, () => {})
})

/** A page that answers when it is asked, unless it sleeps. */
function page(first: string | 'has none' | 'fails' | 'sleeps' | 'is never asked') {
  let answer = first
  const session = host.join((messages: readonly HostMessage[]) => {
    if (!messages.some(({ type }) => type === 'token') || answer === 'sleeps') return
    const given = answer === 'has none' ? {} : answer === 'fails' ? { error: { name: 'Error', message: 'no line' } } : { token: answer }
    scheduler.soon(() => session.receive({ type: 'token', ...given }))
  })
  const hasToken = answer !== 'is never asked'
  const state = { calls: [], watches: [], asks: [], isStarted: true, hearsMutations: false, hearsEvents: false, version: null, hasToken }
  session.receive({ type: 'attach', page: state })
  const signIn = (token: string) => {
    answer = token
    session.receive({ type: 'start' })
  }
  return { session, signIn }
}

describe('a token is asked for', () => {
  test('of all pages, and the first that has one is heard', async () => {
    for (const answer of ['has none', 'sleeps', 'good']) page(answer)
    await scheduler.pass(1000)
    expect(attempts).toEqual(['good'])
  })

  test('of a page that comes while another has none, before the refusal and after it', async () => {
    page('is never asked')
    page('good')
    await scheduler.pass(1000)
    expect(attempts).toEqual([undefined, 'good'])
  })

  test('once of each page: then the refusal stands, until the app or another page mends it', async () => {
    page('has none')
    page('bad')
    await scheduler.pass(30_000)
    expect(attempts).toEqual(['bad'])
    expect(host.client.status).toMatchObject({ connection: 'refused', refusal: { code: 'unauthorized' } })
  })

  test('of pages that sleep in vain: the others do not wait for them for ever', async () => {
    page('sleeps')
    page('has none')
    await scheduler.pass(30_000)
    expect(attempts).toEqual([undefined])
  })

  test('of a page that has gone before it answered: the others do not wait for it', async () => {
    page('is never asked')
    await scheduler.pass(1000)
    const asleep = page('sleeps')
    await scheduler.pass(1000)
    host.leave(asleep.session)
    await scheduler.pass(1000)
    expect(attempts).toEqual([undefined, undefined])
  })

  test('again, where a page has signed in and starts while an attempt without its token is under way', async () => {
    const asleep = page('sleeps')
    const signedOut = page('has none')
    await scheduler.pass(1000)
    signedOut.signIn('good')
    host.leave(asleep.session)
    await scheduler.pass(1000)
    expect(attempts).toEqual([undefined, 'good'])
  })

  test('again, where a page could not tell and no other had one', async () => {
    page('fails')
    page('has none')
    await scheduler.pass(1000)
    expect(attempts[0]).toBe('none could tell')
    expect(host.client.status.connection).toBe('offline')
  })
})
