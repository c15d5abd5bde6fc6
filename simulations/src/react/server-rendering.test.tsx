import { createHooks } from '@savepoint/react'
import { type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { mutators } from '../client/shop.contract.ts'

const { SavepointProvider, useMutations, useMutator, useQuery, useStatus, useSuspenseQuery } = createHooks<typeof mutators>()

interface Item {
  readonly name: string
}
const initialRows = [{ name: 'Milk' }]
const html = (children: ReactNode) =>
  renderToString(
    <SavepointProvider client={undefined} fallback="opening">
      {children}
    </SavepointProvider>,
  )

function Page({ initialRows }: { initialRows?: Item[] }) {
  const { rows, status, isStale } = useQuery<Item>('SELECT name FROM items', [], initialRows && { initialRows })
  const [, state] = useMutator('add')
  const { records } = useMutations({ status: 'rejected' })
  return [rows.map(({ name }) => name).join(), status, isStale, state.status, records.length, useStatus().connection].join(' ')
}

function Suspending({ rows }: { rows?: Item[] }) {
  return useSuspenseQuery<Item>('SELECT name FROM items', [], rows && { initialRows: rows }).rows.map(({ name }) => name)
}

test('without a browser there are no rows, or those given', () => {
  expect('window' in globalThis).toBe(false)
  expect(html(<Page />)).toBe(' loading false idle 0 stopped')
  expect(html(<Page initialRows={initialRows} />)).toBe('Milk ready true idle 0 stopped')
})

test('a suspense query shows the rows given, or leaves its boundary to the browser', () => {
  expect(html(<Suspending rows={initialRows} />)).toBe('Milk')
  expect(
    html(
      <Suspense fallback="…">
        <Suspending />
      </Suspense>,
    ),
  ).toContain('…')
})

test('a client that only a browser could open does no harm', () => {
  const never = new Promise<never>(() => {})
  const page = renderToString(
    <SavepointProvider client={never} fallback="opening">
      <Page />
    </SavepointProvider>,
  )
  expect(page).toBe(' loading false idle 0 stopped')
})
