import {
  type FormEvent,
  Fragment,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useId,
  useRef,
  useState,
} from 'react'
import { useMutator } from '../board-client.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Icon } from '../parts/icon.tsx'
import { PendingMark } from '../parts/pending-mark.tsx'
import { usePendingMarks } from '../use-pending-marks.ts'
import type { ListItem } from './arrange.ts'
import { DeleteList } from './delete-list.tsx'
import type { List } from './lists.tsx'

interface ListColumnProps {
  readonly list: List
  readonly items: readonly ListItem[]
  readonly dragged: string | undefined
  /** Before which of its items, counted without the dragged one, that would fall. */
  readonly dropAt: number | undefined
  readonly onGrab: (event: PointerEvent, item: string) => void
  readonly onKey: (event: KeyboardEvent, item: string) => void
  readonly onRelease: () => void
}

export function ListColumn({ list, items, dragged, dropAt, onGrab, onKey, onRelease }: ListColumnProps): ReactNode {
  const heading = useId()
  const [removeItem] = useMutator('removeItem')
  const marks = usePendingMarks()
  const announce = useAnnounce()
  const adding = useRef<HTMLInputElement>(null)
  const remove = ({ id, title }: ListItem) => {
    removeItem({ item: id })
    announce(`${title} removed from ${list.title}`)
    adding.current?.focus()
  }
  const others = items.filter(({ id }) => id !== dragged)
  const before = dropAt === undefined ? undefined : others[dropAt]?.id
  return (
    <section className="card list" data-list={list.id} aria-labelledby={heading}>
      <header className="card-head">
        <h3 id={heading}>{list.title}</h3>
        {marks.isListPending(list) && <PendingMark />}
        <DeleteList list={list} count={items.length} />
        <span className="count">
          {items.length}
          <span className="visually-hidden"> items</span>
        </span>
      </header>
      <ol className="items" aria-labelledby={heading}>
        {items.map((item) => (
          <Fragment key={item.id}>
            {item.id === before && <li className="drop-line" aria-hidden="true" />}
            <li className={`item${item.id === dragged ? ' dragged' : ''}`} data-item={item.id}>
              <button
                type="button"
                className="grip"
                aria-label={`Move ${item.title}`}
                aria-describedby="grip-help"
                onPointerDown={(event) => onGrab(event, item.id)}
                onKeyDown={(event) => onKey(event, item.id)}
                onBlur={(event) => {
                  if (event.relatedTarget !== null) onRelease()
                }}
              >
                <Icon name="grip" />
              </button>
              <span className="title">
                {item.title}
                {marks.isItemPending(item) && <PendingMark />}
              </span>
              <button type="button" className="icon-button remove" aria-label={`Remove ${item.title}`} onClick={() => remove(item)}>
                <Icon name="close" />
              </button>
            </li>
          </Fragment>
        ))}
        {dropAt !== undefined && before === undefined && <li className="drop-line" aria-hidden="true" />}
      </ol>
      {items.length === 0 && dropAt === undefined && <p className="nothing">Nothing in it. Add something, or drag it here.</p>}
      <AddItem list={list} input={adding} />
    </section>
  )
}

function AddItem({ list, input }: { readonly list: List; readonly input: RefObject<HTMLInputElement | null> }): ReactNode {
  const [addItem] = useMutator('addItem')
  const announce = useAnnounce()
  const [title, setTitle] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const added = title.trim()
    if (added === '') return
    addItem({ list: list.id, title: added })
    announce(`${added} added to ${list.title}`)
    setTitle('')
  }
  return (
    <form className="add-item" onSubmit={submit}>
      <input
        ref={input}
        aria-label={`Add to ${list.title}`}
        value={title}
        maxLength={200}
        placeholder="Add an item"
        onChange={(event) => setTitle(event.target.value)}
      />
      <button type="submit" className="icon-button" aria-label={`Add it to ${list.title}`}>
        <Icon name="plus" />
      </button>
    </form>
  )
}
