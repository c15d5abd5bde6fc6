import type { Stats } from '../measure/stats.ts'

/** One figure of a report. */
export type Cell = number | string | null

/** A column: the key of its figures in JSON, its title, and how many decimals are printed. */
interface Column {
  readonly key: string
  readonly title: string
  readonly decimals?: number
  /** True if the keys `<key>Min` and `<key>Max` hold between what it lay. */
  readonly spread?: boolean
}

/** A table of a report: printed for people, its rows as they are for programs. */
export interface Table {
  readonly key: string
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly { readonly [key: string]: Cell }[]
  /** What the reader has to know of how it was measured. */
  readonly notes?: readonly string[]
  /** What must not be, in words: the run has failed if there is any. */
  readonly failures?: readonly string[]
}

/** The cells of a column with a spread. */
export function statsCells(key: string, { median, min, max }: Stats): { [key: string]: number } {
  return { [key]: median, [`${key}Min`]: min, [`${key}Max`]: max }
}

/** The table as lines of text, numbers to the right. */
export function formatTable({ title, columns, rows, notes = [] }: Table): string {
  const texts = [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => formatCell(row, column)))]
  const widths = columns.map((_, i) => Math.max(...texts.map((line) => (line[i] as string).length)))
  const isText = columns.map(({ key }) => rows.some((row) => typeof row[key] === 'string'))
  const lines = texts.map((line) =>
    line
      .map((text, i) => (isText[i] ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number)))
      .join('  ')
      .trimEnd(),
  )
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '))
  return [title, '', ...lines, ...notes.map((note) => `  ${note}`)].join('\n')
}

/** One figure as people read it, with what it lay between. */
export function formatCell(row: Table['rows'][number], { key, decimals = 0, spread = false }: Column): string {
  const cell = row[key] ?? null
  if (cell === null) return '-'
  if (typeof cell === 'string') return cell
  const format = (number: Cell | undefined) =>
    Number(number).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
  return spread ? `${format(cell)} (${format(row[`${key}Min`])}-${format(row[`${key}Max`])})` : format(cell)
}
