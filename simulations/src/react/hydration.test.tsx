import './dom.contract.ts'
import { act } from '@testing-library/react'
import { Suspense } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { asText, ITEMS, type Item, SavepointProvider, shows, stageForEach, text, useQuery, useSuspenseQuery } from './stage.contract.tsx'

const stage = stageForEach()

function Items() {
  return asText(useQuery<Item>(ITEMS, [], { initialRows: [{ name: 'Old', n: 1 }] }).rows)
}
function Suspending() {
  return asText(useSuspenseQuery<Item>(ITEMS).rows)
}

test('a page from a server shows its rows until the client is open, with no fallback between', async () => {
  const client = await stage().client()
  client.mutate.add({ name: 'Milk' })
  let open = (_: typeof client) => {}
  const opening = new Promise<typeof client>((resolve) => {
    open = resolve
  })
  const page = (of: typeof opening | undefined) => (
    <SavepointProvider client={of} fallback="opening">
      <Items />|
      <Suspense fallback="…">
        <Suspending />
      </Suspense>
    </SavepointProvider>
  )
  const container = document.createElement('div')
  document.body.append(container)
  container.innerHTML = renderToString(page(undefined))
  const errors: unknown[] = []
  const seen: string[] = []
  const root = await act(async () => hydrateRoot(container, page(opening), { onRecoverableError: (error) => errors.push(error) }))
  seen.push(text())
  open(client)
  await shows('Milk 1|Milk 1')
  expect(seen).toEqual(['Old 1|…'])
  // What the server left to the browser.
  expect(errors.map((error) => String(error)).filter((error) => !/client rendering|There is no client here/.test(error))).toEqual([])
  root.unmount()
  container.remove()
})
