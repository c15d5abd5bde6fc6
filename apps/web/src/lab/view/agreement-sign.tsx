import type { ReactNode } from 'react'
import { agreementOf, rowsAsText, type SharedView } from '../model/agreement-of.ts'
import type { LabState } from '../model/lab-state.ts'

const HEADLINES = {
  agree: { sign: '=', text: 'All agree' },
  alike: { sign: '≈', text: 'Alike, not all confirmed' },
  differ: { sign: '≠', text: 'Views differ' },
} as const

/** Whether everyone sees the same, and who sees what. */
export function AgreementSign({ state }: { readonly state: LabState }): ReactNode {
  const { kind, views } = agreementOf(state)
  const isEmpty = state.server.version === null || (state.server.rows.length === 0 && kind === 'agree')
  return (
    <section className={`agreement ${kind}`} aria-label="Agreement" data-agreement={kind}>
      <h3>
        <span className="sign" aria-hidden="true">
          {HEADLINES[kind].sign}
        </span>
        {HEADLINES[kind].text}
      </h3>
      <ul>
        {views.map((view) => (
          <li key={view.who.join()}>
            <Who view={view} state={state} />
            <span className="seen" title={rowsAsText(view.rows)}>
              {isEmpty ? 'nothing yet' : rowsAsText(view.rows)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Who({ view, state }: { readonly view: SharedView; readonly state: LabState }): ReactNode {
  const nameOf = (id: number) => (id === 0 ? 'server' : (state.clients.find((client) => client.id === id)?.name ?? ''))
  return (
    <span className="who">
      <span className="visually-hidden">{view.who.map(nameOf).join(', ')}: </span>
      {view.who.map((id) => (
        <span key={id} className="dot" data-who={id} title={nameOf(id)} />
      ))}
    </span>
  )
}
