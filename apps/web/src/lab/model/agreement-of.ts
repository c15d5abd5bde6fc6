import type { Category, LabState } from './lab-state.ts'

/** Who sees the same rows. */
export interface SharedView {
  /** Client ids; 0 is the server. */
  readonly who: readonly number[]
  readonly rows: readonly Category[]
}

interface Agreement {
  /**
   * `agree`: all show the server's rows, and each one's confirmed content has the server's version and digest. `alike`: they
   * show the same, but not all of it is confirmed everywhere. `differ`: they show different rows.
   */
  readonly kind: 'agree' | 'alike' | 'differ'
  readonly views: readonly SharedView[]
}

/** Whether all who are running see the same. */
export function agreementOf({ clients, server }: LabState): Agreement {
  const running = clients.filter(({ isRunning }) => isRunning)
  const views = new Map<string, { who: number[]; rows: readonly Category[] }>()
  for (const { id, rows } of [{ id: 0, rows: server.rows }, ...running.map(({ id, view }) => ({ id, rows: view.rows }))]) {
    const key = JSON.stringify(rows.map(({ id, name, count }) => [id, name, count]))
    const view = views.get(key)
    if (view) view.who.push(id)
    else views.set(key, { who: [id], rows })
  }
  const isSettled = running.every(
    ({ view }) => view.pending.length === 0 && view.version === server.version && view.digest === server.digest,
  )
  return { kind: views.size > 1 ? 'differ' : isSettled ? 'agree' : 'alike', views: [...views.values()] }
}

/** Rows in one line: `Food 6, Rent 2`. */
export function rowsAsText(rows: readonly Category[]): string {
  return rows.length === 0 ? 'no rows' : rows.map(({ name, count }) => `${name} ${minus(count)}`).join(', ')
}

/** A number with a true minus, which is as wide as the digits. */
export function minus(value: number): string {
  return value < 0 ? `−${-value}` : `${value}`
}
