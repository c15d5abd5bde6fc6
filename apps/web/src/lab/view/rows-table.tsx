import type { ReactNode } from 'react'
import { minus } from '../model/agreement-of.ts'
import type { ShownRow } from '../model/shown-rows.ts'

/** Categories and their counts; what is only guessed looks so, and says what is confirmed. */
export function RowsTable({
  rows,
  label,
  empty,
}: {
  readonly rows: readonly ShownRow[]
  readonly label: string
  readonly empty: string
}): ReactNode {
  if (rows.length === 0) return <p className="rows none">{empty}</p>
  return (
    <div className="rows" tabIndex={rows.length > 2 ? 0 : undefined} role={rows.length > 2 ? 'group' : undefined}>
      <table aria-label={label}>
        <colgroup>
          <col />
          <col className="state" />
          <col className="count" />
        </colgroup>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">Category</th>
            <th scope="col">State</th>
            <th scope="col">Count</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className={row.confirmed === undefined ? 'confirmed' : 'guessed'}>
              <th scope="row" colSpan={row.confirmed === undefined ? 2 : 1} title={row.name}>
                {row.name}
              </th>
              {row.confirmed === undefined ? null : (
                <td className="state">
                  <span className="visually-hidden">a guess, </span>confirmed: {row.confirmed === null ? 'none' : minus(row.confirmed)}
                </td>
              )}
              <td className="count">
                <span key={row.count}>{minus(row.count)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
