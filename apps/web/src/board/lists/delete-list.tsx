import { type ReactNode, useState } from 'react'
import { useMutator } from '../board-client.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Icon } from '../parts/icon.tsx'
import { Modal } from '../parts/modal.tsx'
import type { List } from './lists.tsx'

/** Deletes a list; asks first if there is something in it. */
export function DeleteList({ list, count }: { readonly list: List; readonly count: number }): ReactNode {
  const [deleteList] = useMutator('deleteList')
  const announce = useAnnounce()
  const [isAsking, setAsking] = useState(false)
  const remove = () => {
    deleteList({ list: list.id })
    announce(`List ${list.title} deleted`)
    document.querySelector<HTMLElement>('.new-list input')?.focus()
  }
  return (
    <>
      <button
        type="button"
        className="icon-button remove"
        aria-label={`Delete the list ${list.title}`}
        onClick={() => (count === 0 ? remove() : setAsking(true))}
      >
        <Icon name="bin" />
      </button>
      {isAsking && (
        <Modal title={`Delete “${list.title}”?`} onClose={() => setAsking(false)}>
          <p className="note">{count === 1 ? 'The item in it goes with it.' : `The ${count} items in it go with it.`}</p>
          <div className="actions end">
            <button type="button" className="button" onClick={() => setAsking(false)}>
              Keep it
            </button>
            <button type="button" className="button quiet-wrong" onClick={remove}>
              Delete
            </button>
          </div>
        </Modal>
      )}
    </>
  )
}
