import type { ReactNode } from 'react'
import type { ClientState } from '../model/lab-state.ts'

/** What the last rebase undid, applied and replayed. */
export function RebaseReport({ client: { lastRebase } }: { readonly client: ClientState }): ReactNode {
  const { undone, to, replayed = [] } = lastRebase ?? {}
  return (
    <div className={`rebase ${lastRebase === null ? '' : 'hit'}`}>
      <h3>{lastRebase === null ? 'No rebase yet' : 'Last rebase'}</h3>
      <dl>
        <div>
          <dt>undone</dt>
          <dd>{undone ?? '–'}</dd>
        </div>
        <div>
          <dt>applied</dt>
          <dd>{to === undefined ? '–' : `v${to}`}</dd>
        </div>
        <div>
          <dt>replayed</dt>
          <dd title={replayed.map((id) => `#${id}`).join(' ')}>{lastRebase === null ? '–' : replayed.length}</dd>
        </div>
      </dl>
    </div>
  )
}
