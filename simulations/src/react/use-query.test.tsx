import './dom.contract.ts'
import { cleanup, render } from '@testing-library/react'
import { memo, startTransition, useLayoutEffect, useState } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { until } from '../client/world.contract.ts'
import { asText, ITEMS, type Item, SavepointProvider, show, shows, stageForEach, text, useClient, useQuery } from './stage.contract.tsx'

const stage = stageForEach()

function Items() {
  return <p>{asText(useQuery<Item>(ITEMS).rows)}</p>
}

describe('rows', () => {
  test('follow what this client does at once, and what others do when it comes', async () => {
    const [ann, bob] = [await stage().client(), await stage().client()]
    show(ann, <Items />)
    ann.mutate.add({ name: 'Milk' })
    await shows('Milk 1')
    bob.mutate.add({ name: 'Milk', by: 2 })
    await shows('Milk 3')
  })

  test('of a list of 10,000, one changes: one renders', async () => {
    const client = await stage().client()
    client.mutate.fill({ rows: 10_000 })
    let renders = 0
    const Note = memo(({ note }: { note: { id: number; text: string } }) => {
      renders++
      return <li>{note.text}</li>
    })
    function Notes() {
      const { rows } = useQuery<{ id: number; text: string }>('SELECT id, text FROM notes ORDER BY id')
      return rows.map((note) => <Note key={note.id} note={note} />)
    }
    const { container } = render(
      <SavepointProvider client={client}>
        <Notes />
      </SavepointProvider>,
    )
    expect(renders).toBe(10_000)
    renders = 0
    client.mutate.note({ id: 5000, text: 'other' })
    await until(() => container.children[4999]?.textContent === 'other')
    expect(renders).toBe(1)
    await stage().world.converged(client)
    expect(renders).toBe(1)
  })

  test('[G7] of all queries are of one state at each commit of a rebase, and no prediction is away for a moment', async () => {
    const [ann, bob] = [await stage().client(), await stage().client()]
    const commits: { items: number; sum: number }[] = []
    function Sums() {
      const items = useQuery<Item>(ITEMS).rows.reduce((sum, { n }) => sum + n, 0)
      const sum = useQuery<{ sum: number | null }>('SELECT sum(n) AS sum FROM items').rows[0]?.sum ?? 0
      useLayoutEffect(() => {
        commits.push({ items, sum })
      })
      return <p>{sum}</p>
    }
    show(ann, <Sums />)
    for (let i = 0; i < 20; i++) {
      ann.mutate.add({ name: 'Milk' })
      bob.mutate.add({ name: 'Milk' })
      await new Promise((resolve) => setImmediate(resolve))
    }
    await shows('40')
    expect(commits.filter(({ items, sum }) => items !== sum)).toEqual([])
    expect(commits.map(({ sum }) => sum)).toEqual(commits.map(({ sum }) => sum).sort((a, b) => a - b))
  })

  test('[G7] that change between two components of one concurrent render are never committed apart', async () => {
    const client = await stage().client()
    const commits: string[] = []
    let isDue = false
    function Changes() {
      const { mutate } = useClient()
      if (isDue) {
        isDue = false
        mutate.add({ name: 'Milk' })
      }
      return null
    }
    let open = () => {}
    function Page() {
      const [isOpen, setOpen] = useState(false)
      open = () => setOpen(true)
      useLayoutEffect(() => {
        if (isOpen) commits.push(text())
      })
      return isOpen && [<Items key="a" />, <Changes key="b" />, '|', <Items key="c" />]
    }
    show(client, <Page />)
    isDue = true
    startTransition(() => open())
    await shows('Milk 1|Milk 1')
    expect(new Set(commits)).toEqual(new Set(['Milk 1|Milk 1']))
  })
})

describe('a query', () => {
  test('runs once for all components that ask it, whatever arrays they make, and is kept for a moment', async () => {
    const { client, remote } = await stage().remote()
    client.mutate.add({ name: 'Milk', by: 2 })
    function One({ over }: { over: number }) {
      return <b>{asText(useQuery<Item>('SELECT name, n FROM items WHERE n > ?', [over]).rows)}</b>
    }
    const page = show(remote, [<One key="a" over={1} />, <One key="b" over={1} />])
    await shows('Milk 2Milk 2')
    page.rerender([<One key="a" over={1} />, <One key="c" over={1} />])
    client.mutate.add({ name: 'Milk' })
    await shows('Milk 3Milk 3')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      page.rerender(null)
      vi.advanceTimersByTime(1000)
      page.rerender(<One over={1} />)
      expect(text()).toBe('Milk 3')
      expect(remote.asked).toEqual(['SELECT name, n FROM items WHERE n > ? [1]'])
      page.rerender(null)
      vi.advanceTimersByTime(10_000)
      expect(remote.running).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('of other parameters shows the rows before as stale until its own are there; of another text it does not', async () => {
    const { client, remote } = await stage().remote()
    for (const name of ['Bread', 'Milk']) client.mutate.add({ name })
    function Named({ name, columns = 'name, n' }: { name: string; columns?: string }) {
      const { rows, status, isStale } = useQuery<Item>(`SELECT ${columns} FROM items WHERE name = ?`, [name])
      return `${asText(rows)} ${status}${isStale ? ' stale' : ''}`
    }
    const page = show(remote, <Named name="Bread" />)
    expect(text()).toBe(' loading')
    await shows('Bread 1 ready')
    remote.hold()
    page.rerender(<Named name="Milk" />)
    expect(text()).toBe('Bread 1 ready stale')
    remote.deliver()
    await shows('Milk 1 ready')
    remote.hold()
    page.rerender(<Named name="Milk" columns="n, name" />)
    expect(text()).toBe(' loading')
    remote.deliver()
    await shows('Milk 1 ready')
  })

  test('that cannot run says so, and the next one can', async () => {
    const client = await stage().client()
    function Read({ sql }: { sql: string }) {
      const { status, error } = useQuery(sql)
      return `${status} ${error?.message ?? ''}`
    }
    const page = show(client, <Read sql="SELECT * FROM nowhere" />)
    expect(text()).toMatch(/^error .*no such table: nowhere/)
    page.rerender(<Read sql="DELETE FROM items" />)
    expect(text()).toMatch(/^error /)
    page.rerender(<Read sql="SELECT 1" />)
    expect(text()).toBe('ready ')
    cleanup()
    const { remote } = await stage().remote()
    show(remote, <Read sql="SELECT * FROM nowhere" />)
    expect(text()).toBe('loading ')
    await until(() => /^error .*no such table/.test(text()))
  })

  test('that fails on some rows keeps those before, and mends itself', async () => {
    const client = await stage().client()
    function Parsed() {
      const { rows, status } = useQuery<{ v: number }>("SELECT json_extract(text, '$') AS v FROM notes ORDER BY id")
      return `${rows.map(({ v }) => v).join()} ${status}`
    }
    client.mutate.note({ id: 1, text: '1' })
    show(client, <Parsed />)
    client.mutate.note({ id: 2, text: 'no json' })
    await shows('1 error')
    client.mutate.note({ id: 2, text: '2' })
    await shows('1,2 ready')
  })
})
