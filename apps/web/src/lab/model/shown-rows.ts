import type { Category, View } from './lab-state.ts'

export interface ShownRow extends Category {
  /** What the server has confirmed of it, null if it knows no such row; undefined if it is just what is shown. */
  readonly confirmed: number | null | undefined
}

/** The rows of a view, each with what of it is only guessed. A name is a row's alone. */
export function shownRows({ rows, confirmed }: View): readonly ShownRow[] {
  return rows.map((row) => {
    const known = confirmed.find(({ name }) => name === row.name)
    const isConfirmed = known !== undefined && known.id === row.id && known.count === row.count
    return { ...row, confirmed: isConfirmed ? undefined : (known?.count ?? null) }
  })
}
