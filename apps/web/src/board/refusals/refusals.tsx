import { type ReactNode, useEffect, useRef } from 'react'
import type { Account } from '../accounts/use-accounts.ts'
import { useMutations } from '../board-client.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { describeRefusal } from './describe-refusal.ts'
import { RefusalCard } from './refusal-card.tsx'
import './refusals.css'

/** What the server has refused, until somebody has dealt with it: also after a reload, and in other tabs. */
export function Refusals({ accounts }: { readonly accounts: readonly Account[] }): ReactNode {
  const { records, status, dismiss } = useMutations({ status: 'rejected' })
  const heading = useRef<HTMLHeadingElement>(null)
  const announce = useAnnounce()
  const told = useRef(0)
  const nameOf = (id: string) => accounts.find((account) => account.id === id)?.name
  const newest = records.at(-1)
  const words = newest && describeRefusal(newest, nameOf)
  useEffect(() => {
    if (status !== 'ready') return
    if (records.length > told.current && words !== undefined) announce(`Not saved: ${words.what}. ${words.why}`)
    told.current = records.length
  }, [records, status, words, announce])
  if (records.length === 0) return null
  const done = async (id: string) => {
    const record = records.find((one) => one.id === id)
    // The section goes with its last record.
    const next = records.length > 1 ? heading.current : document.getElementById('board-title')
    if (record !== undefined) await dismiss(record)
    next?.focus()
  }
  return (
    <section className="refusals" aria-labelledby="refusals">
      <h2 id="refusals" ref={heading} tabIndex={-1}>
        {records.length === 1 ? 'One change was not saved' : `${records.length} changes were not saved`}
      </h2>
      <ul>
        {records.map((record) => (
          <li key={record.id}>
            <RefusalCard record={record} accounts={accounts} text={describeRefusal(record, nameOf)} onDone={() => void done(record.id)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
