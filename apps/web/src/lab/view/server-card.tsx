import type { ReactNode } from 'react'
import type { Commit, LabState } from '../model/lab-state.ts'
import { AgreementSign } from './agreement-sign.tsx'
import { RowsTable } from './rows-table.tsx'

/** The truth: the room's rows and version, its last commits, and whether all have come to it. */
export function ServerCard({ state }: { readonly state: LabState }): ReactNode {
  const { server } = state
  return (
    <section className="server card" aria-labelledby="server-name">
      <header>
        <h2 id="server-name">
          <span className="dot" data-who={0} />
          Server
        </h2>
        <Position version={server.version} digest={server.digest} />
        <Commits commits={server.commits} />
      </header>
      <RowsTable
        rows={server.rows.map((row) => ({ ...row, confirmed: undefined }))}
        label="Rows of the server"
        empty={server.version === null ? 'Connecting …' : 'No rows yet'}
      />
      <AgreementSign state={state} />
    </section>
  )
}

function Commits({ commits }: { readonly commits: readonly Commit[] }): ReactNode {
  return (
    <ol className="commits" aria-label="Commits, the latest first">
      {commits.map(({ version, client, mutationID, label, ok }) => (
        <li
          key={`${client}-${mutationID}`}
          className={ok ? '' : 'refused'}
          title={`version ${version}: client${client} #${mutationID} ${label}`}
        >
          <span className="dot" data-who={client} />
          <span className="visually-hidden">client{client}: </span>
          <span className="text">
            v{version} {label || `#${mutationID}`}
            {ok ? '' : ' refused'}
          </span>
        </li>
      ))}
    </ol>
  )
}

export function Position({ version, digest }: { readonly version: number | null; readonly digest: string }): ReactNode {
  return (
    <dl className="position">
      <div>
        <dt>Version</dt>
        <dd data-version={version ?? ''}>{version ?? '–'}</dd>
      </div>
      <div>
        <dt>Digest</dt>
        <dd>
          <code title={digest} data-digest={digest}>
            {digest === '' || version === null ? '–' : digest.slice(0, 8)}
          </code>
        </dd>
      </div>
    </dl>
  )
}
