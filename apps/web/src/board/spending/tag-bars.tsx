import type { ReactNode } from 'react'
import { useQuery } from '../board-client.ts'
import { formatMoney } from '../format/money.ts'

interface TagTotal {
  readonly id: string
  readonly name: string
  readonly total: number
}

const TAG_TOTALS = `
SELECT tags.id, tags.name, sum(amount) AS total
FROM spending JOIN expense_tags ON expense = spending.id JOIN tags ON tags.id = tag
WHERE month = ?
GROUP BY tags.id
ORDER BY total DESC, tags.name`

interface TagBarsProps {
  readonly month: string
  readonly tag: string
  readonly onTag: (tag: string) => void
}

/** A bar for each tag of the month; each chooses its tag. What has two tags counts for both. */
export function TagBars({ month, tag, onTag }: TagBarsProps): ReactNode {
  const { rows } = useQuery<TagTotal>(TAG_TOTALS, [month])
  if (rows.length === 0) return null
  const top = rows[0]?.total ?? 1
  return (
    <div className="tag-bars">
      <h3 id="by-tag">By tag</h3>
      <ul aria-labelledby="by-tag">
        {rows.map(({ id, name, total }) => (
          <li key={id}>
            <button type="button" aria-pressed={name === tag} onClick={() => onTag(name === tag ? '' : name)}>
              <span className="name">{name}</span>
              <span className="amount">{formatMoney(total)}</span>
              <svg width="100%" height="6" aria-hidden="true">
                <rect className="rail" width="100%" height="6" rx="3" />
                <rect className="bar" width={`${(100 * total) / top}%`} height="6" rx="3" />
              </svg>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
