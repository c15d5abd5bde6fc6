import type { MutationRecord, MutationSelection, MutationStatus } from '@savepoint/client'
import type { HookClient } from './hook-client.ts'
import { KEEP_MS, type Source } from './kept-store.ts'

export type MutationFilter = MutationStatus | 'all'

/** Records of a selection: `loading` before the first, which takes a moment where the replica runs in a worker. */
export interface RecordList {
  readonly records: readonly MutationRecord[]
  readonly status: 'loading' | 'ready' | 'error'
  readonly error: Error | undefined
}

export const NO_RECORDS: RecordList = Object.freeze({ records: Object.freeze([]), status: 'loading', error: undefined })

/** `client.mutations(selection)` as a source. Records in which nothing changed stay the same objects, and so does a list of them. */
export function openMutations(client: HookClient, selection: MutationSelection, changed: () => void): Source<RecordList> {
  let list = NO_RECORDS
  let isOld = true
  let asked = 0
  const end = client.onMutations(() => {
    isOld = true
    const before = list
    refresh()
    if (list !== before) changed()
  }, selection)
  function refresh(): void {
    if (!isOld) return
    isOld = false
    const turn = ++asked
    try {
      const records = client.mutations(selection)
      if (!('then' in records)) list = nextList(list, records)
      else
        records.then(
          (all) => arrive(turn, (before) => nextList(before, all)),
          (error) => arrive(turn, (before) => failedList(before, error)),
        )
    } catch (error) {
      list = failedList(list, error)
    }
  }
  /** Answers that a later question has overtaken are dropped. */
  function arrive(turn: number, next: (before: RecordList) => RecordList): void {
    if (turn !== asked) return
    const before = list
    list = next(before)
    if (list !== before) changed()
  }
  return {
    read() {
      refresh()
      return list
    },
    isReady: () => list.status !== 'loading',
    keepMs: KEEP_MS,
    end,
  }
}

function nextList(before: RecordList, answer: readonly MutationRecord[]): RecordList {
  const records = sameWhereEqual(before.records, answer)
  const { records: old, status } = before
  const isSame = status === 'ready' && records.length === old.length && records.every((record, i) => record === old[i])
  return isSame ? before : { records, status: 'ready', error: undefined }
}

/** Records that have come from a worker are new objects each time. */
function sameWhereEqual(old: readonly MutationRecord[], records: readonly MutationRecord[]): readonly MutationRecord[] {
  if (records.every((record, i) => record === old[i])) return records
  const known = new Map(old.map((record) => [record.id, record]))
  return records.map((record) => {
    const before = known.get(record.id)
    return before !== undefined && before.status === record.status && before.isSent === record.isSent ? before : record
  })
}

function failedList(before: RecordList, reason: unknown): RecordList {
  const error = reason instanceof Error ? reason : new Error(String(reason))
  return { records: before.records, status: 'error', error }
}
