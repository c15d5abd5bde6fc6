import { type ReactNode, useState } from 'react'
import { useQuery } from '../board-client.ts'
import { EditTags, type Tag } from './edit-tags.tsx'

const TAGS = 'SELECT id, name FROM tags ORDER BY name COLLATE NOCASE'

/** Shows the expenses of one tag only. */
export function TagFilter({ tag, onTag }: { readonly tag: string; readonly onTag: (tag: string) => void }): ReactNode {
  const { rows } = useQuery<Tag>(TAGS)
  const [isEditing, setEditing] = useState(false)
  if (rows.length === 0) return null
  return (
    <fieldset className="tag-filter">
      <legend className="visually-hidden">Filter by tag</legend>
      {rows.map(({ id, name }) => (
        <button key={id} type="button" className="tag" aria-pressed={name === tag} onClick={() => onTag(name === tag ? '' : name)}>
          {name}
        </button>
      ))}
      <button type="button" className="link" onClick={() => setEditing(true)}>
        Edit tags
      </button>
      {isEditing && <EditTags tags={rows} onClose={() => setEditing(false)} />}
    </fieldset>
  )
}
