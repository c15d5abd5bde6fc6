import { createClient } from '@savepoint/client/browser'
import { createHooks } from '@savepoint/react'
import { memo, type ReactNode, useLayoutEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { rowsMutators } from '../src/apps/rows.ts'
import { LongTasks } from '../src/browser/long-tasks.ts'
import { sayReady } from '../src/browser/ready.ts'
import { untilLive } from '../src/clients/until-live.ts'

/** What one change of one row has cost. */
export interface ListChange {
  /** From the call until the document shows it. */
  readonly ms: number
  /** Renders of rows, and of the list, from the call until the change is confirmed and all is quiet. */
  readonly rowRenders: number
  readonly listRenders: number
  readonly longTasks: readonly number[]
}

interface Thing {
  readonly id: number
  readonly title: string
  readonly likes: number
}

const renders = { rows: 0, lists: 0 }

const Row = memo(function Row({ thing }: { readonly thing: Thing }): ReactNode {
  renders.rows++
  return (
    <li id={`thing-${thing.id}`}>
      {thing.title} {thing.likes}
    </li>
  )
})

function List({ things }: { readonly things: readonly Thing[] }): ReactNode {
  renders.lists++
  return things.map((thing) => <Row key={thing.id} thing={thing} />)
}

const { SavepointProvider, useQuery } = createHooks<typeof rowsMutators>()
const LIST_SQL = 'SELECT id, title, likes FROM things ORDER BY id'

function SyncedList(): ReactNode {
  return <List things={useQuery<Thing>(LIST_SQL).rows} />
}

/** The same list on a state of React's own, of which one row is replaced. */
let like: (id: number) => void
function OwnList({ initial }: { readonly initial: readonly Thing[] }): ReactNode {
  const [things, setThings] = useState(initial)
  // Before the document is looked at: a passive effect may come after.
  useLayoutEffect(() => {
    like = (id) => setThings((before) => before.map((thing) => (thing.id === id ? { ...thing, likes: thing.likes + 1 } : thing)))
  }, [])
  return <List things={things} />
}

const query = new URLSearchParams(location.search)
const client = await createClient<typeof rowsMutators>({
  worker: () => new Worker(new URL('./rows.worker.ts', import.meta.url), { type: 'module' }),
  url: query.get('url') ?? '',
  room: query.get('room') ?? '',
  storage: 'disk',
})
await untilLive(client)

let root: ReturnType<typeof createRoot> | undefined

/** Puts a list on the page, and waits until it shows all its rows. */
async function show(whose: 'savepoint' | 'own'): Promise<void> {
  root?.unmount()
  const things = await client.query<Thing>(LIST_SQL)
  root = createRoot(document.body)
  root.render(
    whose === 'own' ? (
      <OwnList initial={things} />
    ) : (
      <SavepointProvider client={client}>
        <SyncedList />
      </SavepointProvider>
    ),
  )
  await untilChanged(() => document.getElementsByTagName('li').length === things.length)
}

async function change(whose: 'savepoint' | 'own', id: number): Promise<ListChange> {
  const tasks = new LongTasks('now')
  const textOf = () => document.getElementById(`thing-${id}`)?.textContent
  const before = { ...renders, text: textOf() }
  const called = performance.now()
  const confirmed = whose === 'own' ? like(id) : client.mutate.like({ id }).confirmed
  await untilChanged(() => textOf() !== before.text)
  const ms = performance.now() - called
  await confirmed
  const longTasks = await tasks.end()
  return { ms, rowRenders: renders.rows - before.rows, listRenders: renders.lists - before.lists, longTasks }
}

/** React has put its work into the document when an observer hears of it. */
function untilChanged(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!isSo()) return
      observer.disconnect()
      resolve()
    })
    observer.observe(document.body, { childList: true, characterData: true, subtree: true })
    if (isSo()) resolve()
  })
}

declare global {
  var list: { show: typeof show; change: typeof change }
}
globalThis.list = { show, change }
sayReady()
