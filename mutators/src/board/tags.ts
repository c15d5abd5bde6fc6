import type { Tx } from '@savepoint/core'

/** The id of the tag with this name, which is created if it does not exist. */
export function tagNamed(tx: Tx, name: string): string {
  tx.run('INSERT INTO tags (id, name) VALUES (?, ?) ON CONFLICT (name) DO NOTHING', [tx.id(), name])
  return tx.get<{ id: string }>('SELECT id FROM tags WHERE name = ?', [name])?.id ?? tx.reject('bad-tag', `${name} is no name for a tag`)
}

/** Gives a tag another name. If another tag has it already, the two become one. */
export function renameTag(tx: Tx, { tag, name }: { tag: string; name: string }): void {
  const other = tx.get<{ id: string }>('SELECT id FROM tags WHERE name = ? AND id <> ?', [name, tag])
  if (other) {
    tx.run('UPDATE OR IGNORE expense_tags SET tag = ? WHERE tag = ?', [other.id, tag])
    deleteTag(tx, { tag })
  } else if (tx.run('UPDATE tags SET name = ? WHERE id = ?', [name, tag]).changes === 0) unknownTag(tx, tag)
}

/** Deletes a tag and, by cascade, takes it off every expense. */
export function deleteTag(tx: Tx, { tag }: { tag: string }): void {
  if (tx.run('DELETE FROM tags WHERE id = ?', [tag]).changes === 0) unknownTag(tx, tag)
}

function unknownTag(tx: Tx, tag: string): never {
  return tx.reject('unknown-tag', `There is no tag ${tag}`)
}
