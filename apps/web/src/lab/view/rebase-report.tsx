import type { ReactNode } from 'react'
import type { ClientState } from '../model/lab-state.ts'

/** What the client last did with news: undone, applied, replayed. */
export function RebaseReport({ client: { lastRebase } }: { readonly client: ClientState }): ReactNode {
  return (
    <div className={`rebase ${lastRebase?.undone ? 'hit' : ''}`}>
      <h3>Last news from the server</h3>
      <dl>
        <div>
          <dt>undone</dt>
          <dd data-undone={lastRebase?.undone ?? ''}>{lastRebase?.undone ?? '–'}</dd>
        </div>
        <div>
          <dt>applied</dt>
          <dd>{lastRebase === null ? '–' : `v${lastRebase.to}`}</dd>
        </div>
        <div>
          <dt>replayed</dt>
          <dd title={lastRebase?.replayed.map((id) => `#${id}`).join(' ')}>{lastRebase?.replayed.length ?? '–'}</dd>
        </div>
      </dl>
    </div>
  )
}
