import { type FormEvent, type ReactNode, useState } from 'react'
import { useMutator } from '../board-client.ts'
import { useAnnounce } from '../parts/announcer.tsx'

/** The column after the last. */
export function NewList({ isFirst }: { readonly isFirst: boolean }): ReactNode {
  const [createList] = useMutator('createList')
  const announce = useAnnounce()
  const [title, setTitle] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const created = title.trim()
    if (created === '') return
    createList({ title: created })
    announce(`List ${created} created`)
    setTitle('')
  }
  return (
    <form className="new-list" aria-label="New list" onSubmit={submit}>
      {isFirst && <p className="nothing">Shopping, things to do, who owes whom: lists have an order that everyone shares.</p>}
      <input
        aria-label="Title of a new list"
        value={title}
        maxLength={60}
        placeholder="New list"
        onChange={(event) => setTitle(event.target.value)}
      />
      <button type="submit" className="button" disabled={title.trim() === ''}>
        Create
      </button>
    </form>
  )
}
