import { type FormEvent, type ReactNode, useState } from 'react'
import { useMutator } from '../board-client.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Icon } from '../parts/icon.tsx'
import { Modal } from '../parts/modal.tsx'
import { Problem } from '../parts/problem.tsx'
import { describeFailure } from '../refusals/describe-failure.ts'

export interface Tag {
  readonly id: string
  readonly name: string
}

/** Renames tags, makes two of them one, and deletes them. */
export function EditTags({ tags, onClose }: { readonly tags: readonly Tag[]; readonly onClose: () => void }): ReactNode {
  return (
    <Modal title="Tags" onClose={onClose}>
      <p className="note">A tag that gets the name of another becomes one with it.</p>
      <ul className="edit-tags">
        {tags.map((tag) => (
          <li key={tag.id}>
            <EditTag tag={tag} />
          </li>
        ))}
      </ul>
    </Modal>
  )
}

function EditTag({ tag }: { readonly tag: Tag }): ReactNode {
  const [renameTag] = useMutator('renameTag')
  const [deleteTag] = useMutator('deleteTag')
  const announce = useAnnounce()
  const [typed, setTyped] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const name = (typed ?? tag.name).trim()
  const isChanged = name !== tag.name && name !== ''
  const rename = async (event: FormEvent) => {
    event.preventDefault()
    if (!isChanged) return
    const local = await renameTag({ tag: tag.id, name }).local
    if (!local.ok) return setProblem(describeFailure(local))
    setTyped(undefined)
    announce(`${tag.name} is now ${name}`)
  }
  const remove = async () => {
    const local = await deleteTag({ tag: tag.id }).local
    if (!local.ok) return setProblem(describeFailure(local))
    announce(`Tag ${tag.name} deleted`)
  }
  return (
    <form onSubmit={(event) => void rename(event)}>
      <input
        aria-label={`Name of ${tag.name}`}
        value={typed ?? tag.name}
        maxLength={40}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button" disabled={!isChanged}>
        Rename
      </button>
      <button type="button" className="icon-button" aria-label={`Delete ${tag.name}`} onClick={() => void remove()}>
        <Icon name="bin" />
      </button>
      <Problem text={problem} />
    </form>
  )
}
