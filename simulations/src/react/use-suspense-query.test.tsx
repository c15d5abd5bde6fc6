import './dom.contract.ts'
import { render } from '@testing-library/react'
import { Component, type ReactNode, Suspense, startTransition, useState } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { until } from '../client/world.contract.ts'
import { asText, type Item, SavepointProvider, show, shows, stageForEach, text, useSuspenseQuery } from './stage.contract.tsx'

const stage = stageForEach()

function Items({ over = 0 }: { over?: number }) {
  return asText(useSuspenseQuery<Item>('SELECT name, n FROM items WHERE n > ? ORDER BY name', [over]).rows)
}

class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null }
  static getDerivedStateFromError = (error: Error) => ({ error })
  override render() {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <button type="button" onClick={() => this.setState({ error: null })}>
        {error.message}
      </button>
    )
  }
}

/** React tells the console of errors that boundaries catch. */
async function quietly(run: () => Promise<void>): Promise<void> {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  await run().finally(() => told.mockRestore())
}

describe('suspense', () => {
  test('ends with the rows, which were asked for once', async () => {
    const { client, remote } = await stage().remote()
    client.mutate.add({ name: 'Milk' })
    remote.hold()
    show(
      remote,
      <Suspense fallback="…">
        <Items />
      </Suspense>,
    )
    expect(text()).toBe('…')
    remote.deliver()
    await shows('Milk 1')
    client.mutate.add({ name: 'Milk' })
    await shows('Milk 2')
    expect(remote.asked).toHaveLength(1)
  })

  test('does not begin where the replica is at hand', async () => {
    const client = await stage().client()
    const seen: string[] = []
    const Fallback = () => {
      seen.push('fallback')
      return null
    }
    show(
      client,
      <Suspense fallback={<Fallback />}>
        <Items />
      </Suspense>,
    )
    client.mutate.add({ name: 'Milk' })
    await shows('Milk 1')
    expect(seen).toEqual([])
  })

  test('lasts as long as the answer takes, and does not ask again meanwhile', async () => {
    const { client, remote } = await stage().remote()
    client.mutate.add({ name: 'Milk' })
    remote.hold()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      show(
        remote,
        <Suspense fallback="…">
          <Items />
        </Suspense>,
      )
      vi.advanceTimersByTime(60_000)
    } finally {
      vi.useRealTimers()
    }
    remote.deliver()
    await shows('Milk 1')
    expect(remote.asked).toHaveLength(1)
  })

  test('in a transition leaves the old screen until the new rows are there', async () => {
    const { client, remote } = await stage().remote()
    client.mutate.add({ name: 'Bread' })
    client.mutate.add({ name: 'Milk', by: 5 })
    let raise = () => {}
    function Page() {
      const [over, setOver] = useState(0)
      raise = () => startTransition(() => setOver(4))
      return <Items over={over} />
    }
    show(
      remote,
      <Suspense fallback="…">
        <Page />
      </Suspense>,
    )
    await shows('Bread 1,Milk 5')
    remote.hold()
    raise()
    await until(() => remote.asked.length === 2)
    client.mutate.add({ name: 'Milk' })
    expect(text()).toBe('Bread 1,Milk 5')
    remote.deliver()
    await shows('Milk 6')
    expect(remote.asked).toHaveLength(2)
  })

  test('waits for a client that opens', async () => {
    const client = await stage().client()
    client.mutate.add({ name: 'Milk' })
    let open = (_: typeof client) => {}
    const opening = new Promise<typeof client>((resolve) => {
      open = resolve
    })
    show(
      opening,
      <Suspense fallback="…">
        <Items />
      </Suspense>,
      'opening',
    )
    expect(text()).toBe('opening')
    open(client)
    await shows('Milk 1')
  })
})

describe('an error boundary', () => {
  function Broken() {
    return `${useSuspenseQuery<{ v: number }>("SELECT json_extract(text, '$') AS v FROM notes").rows[0]?.v}`
  }

  test.each(['in place', 'behind messages'])('gets the error of a query, and what it tries again runs again: %s', (where) =>
    quietly(async () => {
      const { client, remote } = await stage().remote()
      client.mutate.note({ id: 1, text: 'no json' })
      show(
        where === 'in place' ? client : remote,
        <Boundary>
          <Suspense fallback="…">
            <Broken />
          </Suspense>
        </Boundary>,
      )
      await until(() => /malformed JSON/.test(text()))
      client.mutate.note({ id: 1, text: '7' })
      await new Promise((resolve) => setImmediate(resolve))
      await until(() => {
        document.querySelector('button')?.click()
        return text() === '7'
      })
    }),
  )

  test('gets the reason why a client could not be opened', () =>
    quietly(async () => {
      const opening = Promise.reject(new Error('no disk'))
      render(
        <Boundary>
          <SavepointProvider client={opening} fallback="…">
            <Items />
          </SavepointProvider>
        </Boundary>,
      )
      expect(text()).toBe('…')
      await shows('no disk')
    }))
})
