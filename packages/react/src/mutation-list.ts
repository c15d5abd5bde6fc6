import type { MutationRecord } from '@savepoint/client'
import type { HookClient } from './hook-client.ts'
import { KEEP_MS, type Source } from './kept-store.ts'

export type MutationFilter = MutationRecord['status'] | 'all'

/** Records of one status: `loading` before the first, which takes a moment where the replica runs in a worker. */
export interface RecordList {
  readonly records: readonly MutationRecord[]
  readonly status: 'loading' | 'ready' | 'error'
  readonly error: Error | undefined
}

type RecordLists = { readonly [filter in MutationFilter]: RecordList }

const EMPTY: RecordList = Object.freeze({ records: Object.freeze([]), status: 'loading', error: undefined })
const FILTERS: readonly MutationFilter[] = ['all', 'pending', 'confirmed', 'rejected']
export const NO_RECORDS: RecordLists = Object.freeze({ all: EMPTY, pending: EMPTY, confirmed: EMPTY, rejected: EMPTY })

/** `client.mutations()` as a source. Records and lists in which nothing changed stay the same objects. */
export function openMutations(client: HookClient, changed: () => void): Source<RecordLists> {
  let lists = NO_RECORDS
  let isOld = true
  let asked = 0
  const end = client.onMutations(() => {
    isOld = true
    refresh()
    changed()
  })
  function refresh(): void {
    if (!isOld) return
    isOld = false
    const turn = ++asked
    try {
      const records = client.mutations()
      if (!('then' in records)) lists = nextLists(lists, records)
      else
        records.then(
          (all) => arrive(turn, nextLists(lists, all)),
          (error) => arrive(turn, failedLists(lists, error)),
        )
    } catch (error) {
      lists = failedLists(lists, error)
    }
  }
  /** Answers that a later question has overtaken are dropped. */
  function arrive(turn: number, next: RecordLists): void {
    if (turn !== asked) return
    lists = next
    changed()
  }
  return {
    read() {
      refresh()
      return lists
    },
    isReady: () => lists.all.status !== 'loading',
    keepMs: KEEP_MS,
    end,
  }
}

function nextLists(before: RecordLists, records: readonly MutationRecord[]): RecordLists {
  const known = new Map(before.all.records.map((record) => [record.id, record]))
  const all = records.map((record) => {
    const old = known.get(record.id)
    return old !== undefined && old.status === record.status && old.isSent === record.isSent ? old : record
  })
  return listsOf((filter) => {
    const { records: old, status } = before[filter]
    const now = filter === 'all' ? all : all.filter((record) => record.status === filter)
    const isSame = status === 'ready' && now.length === old.length && now.every((record, i) => record === old[i])
    return isSame ? before[filter] : { records: now, status: 'ready', error: undefined }
  })
}

function failedLists(before: RecordLists, reason: unknown): RecordLists {
  const error = reason instanceof Error ? reason : new Error(String(reason))
  return listsOf((filter) => ({ records: before[filter].records, status: 'error', error }))
}

function listsOf(of: (filter: MutationFilter) => RecordList): RecordLists {
  return Object.fromEntries(FILTERS.map((filter) => [filter, of(filter)])) as RecordLists
}
