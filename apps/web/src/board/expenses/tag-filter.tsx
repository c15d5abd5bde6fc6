import type { ReactNode } from 'react'
import { useQuery } from '../board-client.ts'

const TAGS = 'SELECT id, name FROM tags WHERE id IN (SELECT tag FROM expense_tags) ORDER BY name COLLATE NOCASE'

/** Shows the expenses of one tag only. */
export function TagFilter({ tag, onTag }: { readonly tag: string; readonly onTag: (tag: string) => void }): ReactNode {
  const { rows } = useQuery<{ id: string; name: string }>(TAGS)
  if (rows.length === 0) return null
  return (
    <fieldset className="tag-filter">
      <legend className="visually-hidden">Filter by tag</legend>
      {rows.map(({ id, name }) => (
        <button key={id} type="button" className="tag" aria-pressed={name === tag} onClick={() => onTag(name === tag ? '' : name)}>
          {name}
        </button>
      ))}
    </fieldset>
  )
}
